/** Demand forecasts for hourly series: a model chosen by its own rolling backtest, with intervals that held there. */
@NullMarked
package io.aitbc.forecasting;

import org.jspecify.annotations.NullMarked;
