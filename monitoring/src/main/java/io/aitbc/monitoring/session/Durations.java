package io.aitbc.monitoring.session;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Prometheus writes them: {@code 15s}, {@code 1m30s}, {@code 500ms}. */
public final class Durations {

    private static final Pattern SYNTAX = Pattern.compile(
            "(?:(\\d{1,9})y)?(?:(\\d{1,9})w)?(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");
    private static final long[] MILLIS = {365L * 86_400_000, 7L * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000, 1};
    private static final String[] UNITS = {"y", "w", "d", "h", "m", "s", "ms"};

    /** The shortest and the longest time between two scrapes. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private static final Duration LONGEST = Duration.ofHours(1);

    private Durations() {}

    /** The duration that a text says; empty when it says none. */
    public static Optional<Duration> parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (text.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        if (text.isEmpty() || !matcher.matches()) {
            return Optional.empty();
        }
        Duration sum = Duration.ZERO;
        for (int unit = 0; unit < MILLIS.length; unit++) {
            String number = matcher.group(unit + 1);
            if (number != null) {
                sum = sum.plusMillis(Long.parseLong(number) * MILLIS[unit]);
            }
        }
        return Optional.of(sum);
    }

    /** The text of a duration of whole milliseconds, in units of up to one hour. */
    public static String print(Duration duration) {
        long rest = duration.toMillis();
        StringBuilder text = new StringBuilder();
        for (int unit = 3; unit < MILLIS.length; unit++) {
            if (rest >= MILLIS[unit]) {
                text.append(rest / MILLIS[unit]).append(UNITS[unit]);
                rest %= MILLIS[unit];
            }
        }
        return text.isEmpty() ? "0s" : text.toString();
    }

    /**
     * An interval or timeout of scrapes: 1s to 1h.
     *
     * @param field what to call it where it is refused
     * @return the shortest, where it is refused
     */
    public static Duration scrape(String field, String text, Refusals refusals) {
        Duration read = parse(text).orElse(Duration.ZERO);
        if (read.compareTo(SHORTEST) < 0 || read.compareTo(LONGEST) > 0) {
            refusals.add(field, "must be a duration as Prometheus writes it, such as 15s or 1m30s, of 1s to 1h");
            return SHORTEST;
        }
        return read;
    }

    /**
     * A duration of the environment: 1s to 1h.
     *
     * @throws IllegalArgumentException that names the variable
     */
    public static Duration setting(String variable, String text) {
        Refusals refusals = new Refusals();
        Duration read = scrape(variable, text.strip(), refusals);
        if (!refusals.isEmpty()) {
            throw new IllegalArgumentException(
                    variable + " must be a duration such as 15s or 1m30s, of 1s to 1h, was '" + text + "'");
        }
        return read;
    }
}
