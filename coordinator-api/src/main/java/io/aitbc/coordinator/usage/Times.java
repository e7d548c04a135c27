package io.aitbc.coordinator.usage;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Times of events, to the microsecond, as PostgreSQL keeps them. */
final class Times {

    private static final String USUAL = "0000-00-00T00:00:00";
    private static final Instant EARLIEST =
            LocalDate.of(1, 1, 1).atStartOfDay(ZoneOffset.UTC).toInstant();
    private static final Instant LATEST =
            LocalDate.of(9999, 12, 31).atStartOfDay(ZoneOffset.UTC).toInstant();

    private Times() {}

    /**
     * An ISO-8601 time with zone. Microseconds are cut, not rounded, so that the last instant of a month stays in it.
     *
     * @return null when the text is no such time, or not of the years 1 to 9999
     */
    static @Nullable Instant parse(String text) {
        try {
            Instant time = usual(text);
            if (time == null) {
                time = OffsetDateTime.parse(text).toInstant();
            }
            time = time.truncatedTo(ChronoUnit.MICROS);
            return time.isBefore(EARLIEST) || time.isAfter(LATEST) ? null : time;
        } catch (DateTimeException e) {
            return null;
        }
    }

    static long micros(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000);
    }

    /** The shape that machines send, {@code 2026-04-22T15:00:00[.123456]Z}, read ten times faster; null for others. */
    private static @Nullable Instant usual(String text) {
        int length = text.length();
        if (length < 20 || length > 30 || text.charAt(length - 1) != 'Z') {
            return null;
        }
        for (int i = 0; i < USUAL.length(); i++) {
            char shape = USUAL.charAt(i);
            char c = text.charAt(i);
            if (shape == '0' ? c < '0' || c > '9' : c != shape) {
                return null;
            }
        }
        long nano = 0;
        if (length > 20) {
            if (text.charAt(19) != '.' || length == 21) {
                return null;
            }
            for (int i = 20; i < 29; i++) {
                char c = i < length - 1 ? text.charAt(i) : '0';
                if (c < '0' || c > '9') {
                    return null;
                }
                nano = nano * 10 + (c - '0');
            }
        }
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        if (hour > 23 || minute > 59 || second > 59) {
            return null;
        }
        long day = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10))
                .toEpochDay();
        return Instant.ofEpochSecond(day * 86_400 + hour * 3_600 + minute * 60 + second, nano);
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }
}
