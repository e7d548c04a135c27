/** Where the database comes from, and the monthly partitions of its append-only tables. */
@NullMarked
package io.aitbc.service.postgres;

import org.jspecify.annotations.NullMarked;
