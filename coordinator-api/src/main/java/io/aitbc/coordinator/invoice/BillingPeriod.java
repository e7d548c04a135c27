package io.aitbc.coordinator.invoice;

import io.aitbc.service.web.Problem;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;

/**
 * The time that an invoice covers: from {@code start} on, up to but without {@code end}. The only place that turns local dates
 * into instants and decides where a period ends.
 */
record BillingPeriod(Instant start, Instant end) {

    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");
    private static final Duration LONGEST = Duration.ofDays(400);
    private static final LocalTime LAST_SECOND = LocalTime.of(23, 59, 59);

    /** A month by the clocks of a zone: each instant lies in exactly one. */
    static BillingPeriod month(YearMonth month, ZoneId zone) {
        return new BillingPeriod(
                startOf(month.atDay(1), zone), startOf(month.plusMonths(1).atDay(1), zone));
    }

    /** The month, by the clocks of a zone, in which an instant lies. */
    static YearMonth monthOf(Instant time, ZoneId zone) {
        return YearMonth.from(time.atZone(zone));
    }

    /**
     * The period that somebody wrote down: instants such as {@code 2026-03-01T00:00:00Z}, or times or dates by the clocks of the
     * tenant's zone. A date means its beginning, also as the end.
     *
     * @throws Problem 400 when it is not a time, 422 as {@link #meant}
     */
    static BillingPeriod written(String start, String end, ZoneId zone) {
        return meant(instant("period_start", start, false, zone), instant("period_end", end, true, zone), zone);
    }

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

    /** Where this and another have no instant in common. */
    boolean isApartFrom(BillingPeriod other) {
        return !start.isBefore(other.end) || !other.start.isBefore(end);
    }

    /** By the clocks of a zone: whole days by the first and the last, other times as they are. */
    String words(ZoneId zone) {
        ZonedDateTime from = start.atZone(zone);
        ZonedDateTime to = end.atZone(zone);
        return from.toLocalTime().equals(LocalTime.MIDNIGHT) && to.toLocalTime().equals(LocalTime.MIDNIGHT)
                ? from.toLocalDate() + " to " + to.toLocalDate().minusDays(1)
                : moment(from) + " to " + moment(to);
    }

    private static String moment(ZonedDateTime time) {
        return time.toLocalDate() + " " + time.toLocalTime().truncatedTo(ChronoUnit.MICROS) + " " + time.getOffset();
    }

    private static Instant instant(String name, String said, boolean isEnd, ZoneId zone) {
        try {
            TemporalAccessor read = DateTimeFormatter.ISO_DATE_TIME.parseBest(
                    said.length() == 10 ? said + "T00:00:00" : said,
                    java.time.OffsetDateTime::from,
                    LocalDateTime::from);
            if (read instanceof java.time.OffsetDateTime exact) {
                return exact.toInstant();
            }
            LocalDateTime local = LocalDateTime.from(read);
            boolean wholeDay =
                    isEnd && local.toLocalTime().truncatedTo(ChronoUnit.SECONDS).equals(LAST_SECOND);
            return wholeDay
                    ? startOf(local.toLocalDate().plusDays(1), zone)
                    : local.atZone(zone).toInstant();
        } catch (DateTimeException | ArithmeticException e) {
            throw Problem.badRequest(
                    "not-a-time",
                    name
                            + " must be a time such as 2026-03-01T00:00:00Z, or a date such as 2026-03-01 in the tenant's zone.");
        }
    }

    /** Where clocks skip midnight the day begins later; where midnight comes twice, at the first. */
    private static Instant startOf(LocalDate day, ZoneId zone) {
        return day.atStartOfDay(zone).toInstant();
    }

    private static Instant wholeSecond(Instant end, ZoneId zone) {
        Instant next = end.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        return startsADay(next, ZoneOffset.UTC) || startsADay(next, zone) ? next : end.truncatedTo(ChronoUnit.MICROS);
    }

    private static boolean startsADay(Instant time, ZoneId zone) {
        return startOf(time.atZone(zone).toLocalDate(), zone).equals(time);
    }
}
