/** Tests of collecting windows. */
@NullMarked
package io.aitbc.monitoring.collect;

import org.jspecify.annotations.NullMarked;
