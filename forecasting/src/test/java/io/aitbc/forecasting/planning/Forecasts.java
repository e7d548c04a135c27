package io.aitbc.forecasting.planning;

import io.aitbc.forecasting.Backtest;
import io.aitbc.forecasting.Forecast;
import io.aitbc.forecasting.Forecast.Status;
import io.aitbc.forecasting.HourForecast;
import io.aitbc.forecasting.Interval;
import io.aitbc.forecasting.Series;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Forecasts and pasts made by hand. */
final class Forecasts {

    static final Forecast NONE = new Forecast(Status.INSUFFICIENT_DATA, null, List.of(), null);

    private Forecasts() {}

    /** One hour per value of p95; p50 is half of it. */
    static Forecast p95(double... p95) {
        return p95(Status.OK, p95);
    }

    static Forecast p95(Status status, double... p95) {
        List<HourForecast> hours = IntStream.range(0, p95.length)
                .mapToObj(i -> hour(i + 1, p95[i] / 2, p95[i]))
                .toList();
        return of(status, hours);
    }

    /** One hour per value of p95; the 95 % interval ends at so many times it. */
    static Forecast reaching(double above, double... p95) {
        return of(
                Status.OK,
                IntStream.range(0, p95.length)
                        .mapToObj(i -> new HourForecast(
                                i + 1,
                                p95[i] / 2,
                                p95[i] / 2,
                                p95[i],
                                p95[i],
                                new Interval(0, p95[i]),
                                new Interval(0, above * p95[i])))
                        .toList());
    }

    static Forecast of(HourForecast... hours) {
        return of(Status.OK, List.of(hours));
    }

    private static Forecast of(Status status, List<HourForecast> hours) {
        return new Forecast(status, "theta", hours, new Backtest(10, 0.9, 5, 0.1, 0.8, 0.95, 0.8, 0.95));
    }

    /** {@code hours} of {@code before}, then one of {@code then}. */
    static Forecast risingIn(int hours, double before, double then) {
        double[] p95 = new double[hours + 1];
        Arrays.fill(p95, before);
        p95[hours] = then;
        return p95(p95);
    }

    static HourForecast hour(int hour, double p50, double p95) {
        return new HourForecast(hour, p50, p50, p95, p95, new Interval(p50, p95), new Interval(p50, p95));
    }

    /** A past of {@code hours} equal hours. */
    static Series steady(int hours, double demand) {
        double[] values = new double[hours];
        Arrays.fill(values, demand);
        return Series.of(values);
    }
}
