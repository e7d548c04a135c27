package io.aitbc.agent.heart;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When to speak next. While the hub answers: at the interval that it asks for, brought forward by up to a tenth, so
 * that miners that were started together drift apart. While it does not: exponential backoff with full jitter (a wait
 * drawn evenly from zero to a bound that doubles). The bound ends at twice the interval: the mean wait is then one
 * interval, so a fleet that waits for its hub asks no more often than it beats, and returns spread over that time
 * however long the hub was away.
 */
final class Rhythm {

    private static final Duration FIRST_BOUND = Duration.ofSeconds(1);
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST_INTERVAL = Duration.ofHours(1);
    private static final double BROUGHT_FORWARD = 0.1;

    private final RandomGenerator random;
    private Duration interval;
    private int failures;

    /** @param interval what holds until the hub asks for something else */
    Rhythm(Duration interval, RandomGenerator random) {
        this.interval = interval;
        this.random = random;
    }

    /**
     * The hub answered.
     *
     * @param seconds the interval that it asked for; what makes no sense as one (zero, negative) changes nothing
     */
    Duration afterAnswer(double seconds) {
        failures = 0;
        if (seconds > 0) {
            long millis = Math.round(Math.min(seconds * 1000, (double) LONGEST_INTERVAL.toMillis()));
            interval = Duration.ofMillis(Math.max(millis, SHORTEST.toMillis()));
        }
        return scaled(interval, 1 - BROUGHT_FORWARD * random.nextDouble());
    }

    /** The hub did not answer, or asked to be left alone for a while. */
    Duration afterSilence(@Nullable Duration retryAfter) {
        failures++;
        if (retryAfter != null) {
            // Everyone was told the same time: come back spread over an interval after it, not all at once.
            return retryAfter.plus(scaled(interval, random.nextDouble()));
        }
        Duration bound = bound();
        Duration wait = scaled(bound, random.nextDouble());
        return wait.compareTo(SHORTEST) < 0 ? SHORTEST : wait;
    }

    /** Whether the last word from the hub was none. */
    boolean isWaiting() {
        return failures > 0;
    }

    private Duration bound() {
        Duration last = interval.multipliedBy(2);
        Duration doubled = FIRST_BOUND.multipliedBy(1L << Math.min(failures - 1, 20));
        return doubled.compareTo(last) < 0 ? doubled : last;
    }

    private static Duration scaled(Duration duration, double factor) {
        return Duration.ofMillis(Math.round(duration.toMillis() * factor));
    }
}
