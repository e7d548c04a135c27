/** A day of a fleet, scheduled in three ways. */
@NullMarked
package io.aitbc.benchmarks.scheduling;

import org.jspecify.annotations.NullMarked;
