/** What a forecast costs: one at a time, and those of a whole platform on all cores. */
@NullMarked
package io.aitbc.benchmarks.forecasting;

import org.jspecify.annotations.NullMarked;
