package io.aitbc.gpu.prediction;

import io.aitbc.gpu.prediction.Trend.Arrival;
import io.aitbc.gpu.prediction.Trend.Status;
import io.aitbc.gpu.telemetry.Signal;
import java.time.Duration;
import java.util.Optional;

/**
 * Judges a series of minutes. Whether it rises at all, by more than its noise, is for Theil and Sen to say; where that leads
 * to is for {@link Approach}.
 */
final class Forecast {

    static final int LEAST_POINTS = 5;

    private static final double LEAST_RISE = 1.5;
    private static final double LONGEST_MINUTES = 12 * 60;
    /** More likely than not. */
    private static final double LIKELY = 0.5;

    private static final int RECENT = 8;

    private Forecast() {}

    static Trend of(Signal signal, double[] x, double[] y, int n, double critical) {
        if (n < LEAST_POINTS) {
            return Trend.without(signal, Status.INSUFFICIENT_DATA, n == 0 ? Double.NaN : y[n - 1], critical);
        }
        TheilSen whole = TheilSen.of(x, y, 0, n);
        TheilSen recent = TheilSen.of(x, y, Math.max(0, n - RECENT), n);
        double least = Math.max(LEAST_RISE, 2 * recent.noise);
        double rise = Math.max(recent.slope * (x[n - 1] - x[Math.max(0, n - RECENT)]), whole.slope * (x[n - 1] - x[0]));
        if (rise < least) {
            boolean falling = whole.highest < 0 && -whole.slope * (x[n - 1] - x[0]) >= least;
            return new Trend(
                    signal,
                    falling ? Status.FALLING : Status.FLAT,
                    recent.atEnd,
                    falling ? whole.slope : 0,
                    recent.noise,
                    critical,
                    Optional.empty(),
                    0,
                    coverage(n));
        }
        if (Double.isNaN(critical)) {
            // It leads to nothing that anybody calls critical.
            return new Trend(
                    signal,
                    Status.RISING,
                    recent.atEnd,
                    recent.slope,
                    recent.noise,
                    critical,
                    Optional.empty(),
                    0,
                    coverage(n));
        }
        Approach approach = Approach.of(x, y, n, critical, recent.noise);
        double likely = approach.quantile(0.5);
        boolean arrives = approach.arrives >= LIKELY && likely <= LONGEST_MINUTES;
        return new Trend(
                signal,
                arrives ? Status.RISING : Status.SETTLING,
                recent.atEnd,
                recent.slope,
                recent.noise,
                critical,
                arrives
                        ? Optional.of(new Arrival(
                                minutes(likely), minutes(approach.quantile(0.05)), minutes(approach.quantile(0.95))))
                        : Optional.empty(),
                approach.within(HealthPredictor.HORIZON.toMinutes()),
                coverage(n) * (arrives ? approach.arrives : 1 - approach.arrives));
    }

    private static double coverage(int n) {
        return Math.min(1, n / 10.0);
    }

    private static Duration minutes(double minutes) {
        return Duration.ofSeconds(Math.round(60 * Math.min(minutes, LONGEST_MINUTES)));
    }
}
