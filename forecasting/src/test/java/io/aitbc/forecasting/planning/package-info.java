/** Promises of the rule that turns forecasts into recommendations. */
@NullMarked
package io.aitbc.forecasting.planning;

import org.jspecify.annotations.NullMarked;
