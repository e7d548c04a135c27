package io.aitbc.monitoring.prometheus;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A duration as Prometheus writes it: {@code 15s}, {@code 1m30s}, or a number of seconds. */
final class PromDuration {

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");
    private static final Pattern WHOLE =
            Pattern.compile("(?:[0-9]{1,6}y)?(?:[0-9]{1,6}w)?(?:[0-9]{1,6}d)?(?:[0-9]{1,9}h)?(?:[0-9]{1,9}m)?"
                    + "(?:[0-9]{1,9}s)?(?:[0-9]{1,9}ms)?");
    private static final Pattern PART = Pattern.compile("([0-9]+)(ms|[ywdhms])");
    private static final Map<String, Duration> UNITS = Map.of(
            "y", Duration.ofDays(365),
            "w", Duration.ofDays(7),
            "d", Duration.ofDays(1),
            "h", Duration.ofHours(1),
            "m", Duration.ofMinutes(1),
            "s", Duration.ofSeconds(1),
            "ms", Duration.ofMillis(1));

    private PromDuration() {}

    /** It; empty when the text is none of whole milliseconds. */
    static Optional<Duration> parse(String text) {
        if (NUMBER.matcher(text).matches()) {
            BigDecimal millis = new BigDecimal(text).movePointRight(3).stripTrailingZeros();
            return millis.scale() > 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis.longValueExact()));
        }
        if (text.isEmpty() || !WHOLE.matcher(text).matches()) {
            return Optional.empty();
        }
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            Duration unit = UNITS.getOrDefault(part.group(2), Duration.ZERO);
            sum = sum.plus(unit.multipliedBy(Long.parseLong(part.group(1))));
        }
        return Optional.of(sum);
    }
}
