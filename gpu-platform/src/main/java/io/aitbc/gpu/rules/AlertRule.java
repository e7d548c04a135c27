package io.aitbc.gpu.rules;

import java.time.Duration;
import java.util.Objects;

/**
 * One alert rule.
 *
 * @param name upper case with underscores, such as {@code THERMAL_WARNING}
 * @param holds how long the condition must hold before the alert fires, and be gone before it resolves; 0 for at once
 * @param action what is done when it fires
 * @param shadow evaluated and shown, but nothing is done
 */
public record AlertRule(String name, Condition when, Duration holds, Action action, Severity severity, boolean shadow) {

    /** @throws IllegalArgumentException when the name or the duration cannot be */
    public AlertRule {
        Objects.requireNonNull(when);
        if (!name.matches("[A-Z][A-Z0-9_]{0,63}")) {
            throw new IllegalArgumentException(
                    "name must be upper case with underscores, at most 64 characters, was " + name);
        }
        if (holds.isNegative() || holds.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("for must be within 0s..24h, was " + holds.toSeconds() + "s");
        }
    }

    /** The same rule at another level. */
    AlertRule at(double level) {
        return when instanceof Condition.Level gauge
                ? new AlertRule(name, gauge.at(level), holds, action, severity, shadow)
                : this;
    }
}
