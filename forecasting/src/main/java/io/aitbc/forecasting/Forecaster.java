package io.aitbc.forecasting;

import io.aitbc.forecasting.Forecast.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Forecasts hourly demand: lets models compete at origins in the series' own past, hands out the one that did best there, with intervals
 * from the errors that it made there. Deterministic, without state, without a clock; throws for no finite series.
 */
public final class Forecaster {

    private Forecaster() {}

    /**
     * The hours after the last slot of {@code hourly}.
     *
     * @param hourly any, also empty; hours before its first observed one are ignored
     * @param horizon hours ahead, 1..{@value Settings#LONGEST_HORIZON}
     */
    public static Forecast forecast(Series hourly, int horizon, Settings settings) {
        if (horizon < 1 || horizon > Settings.LONGEST_HORIZON) {
            throw new IllegalArgumentException(
                    "horizon must be within 1.." + Settings.LONGEST_HORIZON + ", was " + horizon);
        }
        double[] values = recent(hourly.toArray(), settings.longestHistory());
        if (Arrays.stream(values).filter(Double::isFinite).count() < Settings.LEAST_HISTORY) {
            return Forecast.insufficient();
        }
        double unit = unit(values);
        for (int i = 0; i < values.length; i++) {
            values[i] /= unit;
        }
        Rolling rolling = new Rolling(values, settings, horizon);
        int end = rolling.origins().length - 1;
        double[][] paths = rolling.chosen();
        double naiveError = rolling.error(rolling.of(rolling.bestNaive()));
        boolean skilled = rolling.error(paths) < naiveError;
        if (Double.isNaN(naiveError)) {
            return Forecast.insufficient();
        }
        ConformalIntervals intervals = new ConformalIntervals(values, rolling.origins(), paths);
        if (intervals.silent(end)) {
            return Forecast.insufficient();
        }
        Backtest backtest = Scores.of(values, settings.season(), rolling.origins(), paths, intervals, naiveError);
        return new Forecast(
                skilled ? Status.OK : Status.NO_SKILL,
                rolling.name(rolling.choice(end)),
                hours(paths[end], intervals.at(end), unit),
                backtest);
    }

    /** From the first observed slot on, at most {@code longest} slots. */
    private static double[] recent(double[] values, int longest) {
        int from = Math.max(0, values.length - longest);
        while (from < values.length && Double.isNaN(values[from])) {
            from++;
        }
        return Arrays.copyOfRange(values, from, values.length);
    }

    /** A power of two near the largest value, so that dividing by it loses nothing and no square overflows. */
    private static double unit(double[] values) {
        double largest = Arrays.stream(values).filter(Double::isFinite).max().orElse(0);
        return largest > 0 ? Math.scalb(1.0, Math.max(Double.MIN_EXPONENT, Math.getExponent(largest))) : 1;
    }

    private static List<HourForecast> hours(double[] path, double[][] quantiles, double unit) {
        List<HourForecast> hours = new ArrayList<>();
        for (int step = 0; step < path.length; step++) {
            double[] q = new double[quantiles.length];
            for (int level = 0; level < q.length; level++) {
                q[level] = Math.min(Double.MAX_VALUE, quantiles[level][step] * unit);
            }
            double p50 = Math.min(Double.MAX_VALUE, path[step] * unit);
            hours.add(new HourForecast(
                    step + 1,
                    Math.min(q[1], p50),
                    p50,
                    Math.max(q[2], p50),
                    Math.max(q[4], p50),
                    new Interval(q[1], q[3]),
                    new Interval(q[0], q[5])));
        }
        return hours;
    }
}
