package io.aitbc.coordinator.invoice;

import io.aitbc.service.web.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * The time that an invoice covers: from {@code start} on, up to but without {@code end}. The only place that decides
 * where a period ends.
 */
record BillingPeriod(Instant start, Instant end) {

    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");
    private static final Duration LONGEST = Duration.ofDays(400);

    /**
     * The period that is meant. People write the end of a month as 23:59:59 of its last day: such an end, in UTC or in
     * the tenant's zone, means the whole second, and so the midnight after it.
     *
     * @throws Problem 422 when it is empty, longer than 400 days, or not of this time
     */
    static BillingPeriod meant(Instant start, Instant end, ZoneId zone) {
        if (start.isBefore(EARLIEST) || end.isAfter(LATEST)) {
            throw Problem.unprocessable("period-out-of-range", "The period must lie within the years 2000 to 2199.");
        }
        Instant from = start.truncatedTo(ChronoUnit.MICROS);
        Instant to = wholeSecond(end, zone);
        if (!from.isBefore(to)) {
            throw Problem.unprocessable("empty-period", "period_start must be before period_end.");
        }
        if (Duration.between(from, to).compareTo(LONGEST) > 0) {
            throw Problem.unprocessable(
                    "period-too-long", "The period may have at most " + LONGEST.toDays() + " days; bill it in parts.");
        }
        return new BillingPeriod(from, to);
    }

    private static Instant wholeSecond(Instant end, ZoneId zone) {
        Instant next = end.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        return isMidnight(next, ZoneOffset.UTC) || isMidnight(next, zone) ? next : end.truncatedTo(ChronoUnit.MICROS);
    }

    private static boolean isMidnight(Instant time, ZoneId zone) {
        return time.atZone(zone).toLocalTime().equals(LocalTime.MIDNIGHT);
    }
}
