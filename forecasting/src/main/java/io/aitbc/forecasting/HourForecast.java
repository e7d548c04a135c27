package io.aitbc.forecasting;

/**
 * Demand in one hour ahead, in the series' unit: quantiles that never cross and are never negative.
 *
 * @param hour 1 for the hour after the last one of the history
 * @param p10 demand stays below with a chance of 10 %
 * @param p50 the forecast
 * @param p80 demand stays below with a chance of 80 %
 * @param p95 demand stays below with a chance of 95 %: what capacity is planned for
 * @param central80 from the 10 % to the 90 % quantile
 * @param central95 from the 2.5 % to the 97.5 % quantile
 */
public record HourForecast(
        int hour, double p10, double p50, double p80, double p95, Interval central80, Interval central95) {

    public HourForecast {
        if (!(0 <= p10 && p10 <= p50 && p50 <= p80 && p80 <= p95)) {
            throw new IllegalArgumentException(
                    "quantiles must rise from 0 or more, were " + p10 + ", " + p50 + ", " + p80 + ", " + p95);
        }
    }
}
