/** Tests of partitions. */
@NullMarked
package io.aitbc.service.postgres;

import org.jspecify.annotations.NullMarked;
