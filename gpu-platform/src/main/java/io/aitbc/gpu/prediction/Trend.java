package io.aitbc.gpu.prediction;

import io.aitbc.gpu.telemetry.Signal;
import java.time.Duration;
import java.util.Optional;

/**
 * Where one signal of a GPU is going.
 *
 * @param current its level now, free of noise, in its unit
 * @param ratePerMinute how fast it changes now, in its unit per minute; 0 unless the change is beyond doubt
 * @param noise typical distance of single values from the trend, in its unit
 * @param critical from where on it is critical; NaN when nothing is
 * @param timeToCritical when it gets there, if it does
 * @param criticalSoon how likely it gets there within {@link HealthPredictor#HORIZON}, 0..1
 * @param confidence 0..1: how well the trend explains what was seen, and how much was seen
 */
public record Trend(
        Signal signal,
        Status status,
        double current,
        double ratePerMinute,
        double noise,
        double critical,
        Optional<Arrival> timeToCritical,
        double criticalSoon,
        double confidence) {

    private static final double LIKELY = 0.5;

    /** What can be said. */
    public enum Status {
        /** Too little was seen lately. */
        INSUFFICIENT_DATA,
        FLAT,
        FALLING,
        RISING,
        /** Rises, but more and more slowly, and settles below the critical level. */
        SETTLING,
        CRITICAL_NOW
    }

    /**
     * When a level is reached.
     *
     * @param likely the best single guess
     * @param earliest with 9 in 10 it is not sooner
     * @param latest with 9 in 10 it is not later
     */
    public record Arrival(Duration likely, Duration earliest, Duration latest) {}

    /** Whether the critical level is more likely than not to be reached within {@link HealthPredictor#HORIZON}. */
    public boolean isCriticalSoon() {
        return criticalSoon >= LIKELY;
    }

    /** What can be said without a trend. */
    static Trend without(Signal signal, Status status, double current, double critical) {
        boolean now = status == Status.CRITICAL_NOW;
        return new Trend(signal, status, current, 0, Double.NaN, critical, Optional.empty(), now ? 1 : 0, now ? 1 : 0);
    }
}
