package io.aitbc.monitoring.recipe;

import io.aitbc.monitoring.target.TargetType;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a KPI is to be computed of.
 *
 * @param sessionId of whose series
 * @param window over how long, up to the time of evaluation; whole milliseconds, above 0
 * @param scrapesExpected how many scrapes of all its targets such a window should have; above 0
 */
public record Scope(String sessionId, Duration window, BigDecimal scrapesExpected) {

    public Scope {
        if (window.toMillis() < 1 || scrapesExpected.signum() <= 0) {
            throw new IllegalArgumentException("a window and its scrapes must be above 0");
        }
    }

    /** The matcher of the session's series, such as {@code session_id="bench01"}. */
    public String matcher() {
        return "session_id=\"" + sessionId.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** The matcher of its series of targets of these types, such as {@code session_id="bench01",target_type=~"custom|vllm"}. */
    String matcher(Set<TargetType> types) {
        if (types.size() == TargetType.values().length) {
            return matcher();
        }
        String either = types.stream()
                .map(type -> type.name().toLowerCase(Locale.ROOT))
                .sorted()
                .collect(Collectors.joining("|"));
        return matcher() + ",target_type" + (types.size() == 1 ? "=\"" : "=~\"") + either + '"';
    }

    /** The window as PromQL writes a range. */
    String range() {
        return window.toMillis() % 1000 == 0 ? window.toSeconds() + "s" : window.toMillis() + "ms";
    }

    String windowSeconds() {
        return BigDecimal.valueOf(window.toMillis(), 3).stripTrailingZeros().toPlainString();
    }
}
