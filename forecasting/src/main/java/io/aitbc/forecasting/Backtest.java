package io.aitbc.forecasting;

import org.jspecify.annotations.Nullable;

/**
 * What the whole procedure (choice of model and intervals) achieved at origins in the past of the series, at each origin knowing only what
 * came before. A figure that could not be computed is absent, never made up.
 *
 * @param origins from how many hours in the past a forecast was made, at least 1
 * @param mase mean absolute scaled error (Hyndman and Koehler 2006); absent where the history repeats itself exactly
 * @param smape symmetric mean absolute percentage error, 0..200
 * @param skillVsBestNaive 1 less the ratio of the mean absolute error to that of the best naive forecast over the same hours, at most 1; 0
 *     or less where it was no better; absent where the naive one made no error
 * @param coverage80Achieved share of hours within {@link HourForecast#central80}, 0..1; absent where there was no past to take an interval from
 * @param coverage95Achieved share of hours within {@link HourForecast#central95}, 0..1
 * @param below80Achieved share of hours up to {@link HourForecast#p80}, 0..1
 * @param below95Achieved share of hours up to {@link HourForecast#p95}, 0..1
 */
public record Backtest(
        int origins,
        @Nullable Double mase,
        double smape,
        @Nullable Double skillVsBestNaive,
        @Nullable Double coverage80Achieved,
        @Nullable Double coverage95Achieved,
        @Nullable Double below80Achieved,
        @Nullable Double below95Achieved) {

    public Backtest {
        if (origins < 1) {
            throw new IllegalArgumentException("a backtest has at least one origin, had " + origins);
        }
        if (!(smape >= 0 && smape <= 200)) {
            throw new IllegalArgumentException("smape must be within 0..200, was " + smape);
        }
        share(coverage80Achieved);
        share(coverage95Achieved);
        share(below80Achieved);
        share(below95Achieved);
    }

    private static void share(@Nullable Double value) {
        if (value != null && !(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("a share must be within 0..1, was " + value);
        }
    }
}
