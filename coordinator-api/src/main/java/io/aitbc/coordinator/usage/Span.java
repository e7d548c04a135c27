package io.aitbc.coordinator.usage;

import io.aitbc.service.web.Problem;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Bounds of time that a request asks for. */
final class Span {

    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private Span() {}

    /**
     * A time that the database knows.
     *
     * @throws Problem 422 outside the years 1 to 9999
     */
    static @Nullable Instant bounded(@Nullable Instant time) {
        if (time != null && (time.isBefore(EARLIEST) || time.isAfter(LATEST))) {
            throw Problem.unprocessable("time-out-of-range", "Times must be of the years 1 to 9999.");
        }
        return time;
    }
}
