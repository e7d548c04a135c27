package io.aitbc.poolhub.sla;

import org.jspecify.annotations.Nullable;

/**
 * Whether a service level is kept, and how badly it is not. A threshold itself is kept, and the bound of critical is still
 * high.
 */
final class Judgement {

    static final String HIGH = "high";
    static final String CRITICAL = "critical";
    /** Fewer outcomes than this say nothing about a rate. */
    static final int LEAST_OUTCOMES = 5;

    private Judgement() {}

    /**
     * How bad an uptime is.
     *
     * @param percent 0..100
     * @return null when it is kept
     */
    static @Nullable String uptime(double percent, double threshold) {
        return percent < threshold * 0.9 ? CRITICAL : percent < threshold ? HIGH : null;
    }

    /** How bad a response time is; null when it is kept. Milliseconds. */
    static @Nullable String responseTime(double milliseconds, double threshold) {
        return milliseconds > threshold * 2 ? CRITICAL : milliseconds > threshold ? HIGH : null;
    }

    /** How bad a completion rate is, 0..100; null when it is kept or rests on too few outcomes. */
    static @Nullable String completionRate(double percent, long outcomes, double threshold) {
        return percent < threshold && outcomes >= LEAST_OUTCOMES ? CRITICAL : null;
    }

    /** How bad the pool's free capacity is, 0..100; null when it is kept. */
    static @Nullable String capacity(double percent, double threshold) {
        return percent < threshold ? HIGH : null;
    }
}
