package io.aitbc.coordinator.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** For how long a quota is meant, by the tenant's calendar. */
enum QuotaPeriod {
    /** From midnight to midnight. */
    @JsonProperty("day")
    DAY,
    /** A calendar month. */
    @JsonProperty("month")
    MONTH,
    /** For ever. */
    @JsonProperty("total")
    TOTAL;

    /**
     * From when to when.
     *
     * @param end first instant that is outside; null for never
     */
    record Bounds(Instant start, @Nullable Instant end) {}

    /** The period that a time lies in. */
    Bounds around(Instant time, ZoneId zone) {
        LocalDate day = time.atZone(zone).toLocalDate();
        return switch (this) {
            case DAY -> new Bounds(start(day, zone), start(day.plusDays(1), zone));
            case MONTH ->
                new Bounds(
                        start(day.withDayOfMonth(1), zone),
                        start(day.withDayOfMonth(1).plusMonths(1), zone));
            case TOTAL -> new Bounds(Instant.EPOCH, null);
        };
    }

    private static Instant start(LocalDate day, ZoneId zone) {
        return day.atStartOfDay(zone).toInstant();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
