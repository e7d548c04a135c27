package io.aitbc.monitoring.prometheus;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * A range in parts, none with more points than Prometheus gives at once. Each begins one step after the last point of the one
 * before, so that their points are those of the whole: none twice, none left out.
 */
record RangeParts(List<Part> parts) {

    /** Both ends are points. */
    record Part(Instant start, Instant end) {}

    RangeParts {
        parts = List.copyOf(parts);
    }

    static RangeParts of(Instant start, Instant end, Duration step) {
        Instant from = start.truncatedTo(ChronoUnit.MILLIS);
        Instant to = end.truncatedTo(ChronoUnit.MILLIS);
        if (step.toMillis() < 1 || step.getNano() % 1_000_000 != 0) {
            throw new IllegalArgumentException("step must be whole milliseconds, at least one, was " + step);
        }
        if (to.isBefore(from)) {
            throw new IllegalArgumentException("end must not be before start");
        }
        long points = points(from, to, step);
        if (points > PrometheusClient.MOST_POINTS) {
            throw new IllegalArgumentException(points + " points are too many; take a longer step");
        }
        List<Part> parts = new ArrayList<>();
        for (long first = 0; first < points; first += PrometheusClient.POINTS_AT_ONCE) {
            long last = Math.min(points, first + PrometheusClient.POINTS_AT_ONCE) - 1;
            parts.add(new Part(from.plus(step.multipliedBy(first)), from.plus(step.multipliedBy(last))));
        }
        return new RangeParts(parts);
    }

    /** How many points there are from the one time to the other. */
    static long points(Instant start, Instant end, Duration step) {
        return Duration.between(start, end).toMillis() / step.toMillis() + 1;
    }

    /** A step in seconds, exactly. */
    static String text(Duration step) {
        return BigDecimal.valueOf(step.toMillis(), 3).toPlainString();
    }
}
