package io.aitbc.gpu.rules;

import io.aitbc.gpu.rules.Condition.Base;
import io.aitbc.gpu.rules.InvalidRules.Fault;
import io.aitbc.gpu.telemetry.Signal;
import io.aitbc.gpu.telemetry.ThrottleReason;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one rule of a rule file. */
final class RuleReader {

    private static final Duration STAND_IN = Duration.ofSeconds(1);

    private RuleReader() {}

    /** The rule; null when it is faulty, which is noted. */
    static @Nullable AlertRule rule(YamlMap map, List<Fault> faults) {
        int before = faults.size();
        String name = map.text("name");
        Duration holds = map.has("for") ? map.duration("for", Duration.ZERO) : Duration.ZERO;
        Action action = map.oneOf("action", Action.values(), Action.NOTIFY);
        Severity severity = map.oneOf("severity", Severity.values(), Severity.WARNING);
        boolean shadow = map.flag("shadow");
        YamlMap when = map.map("when");
        map.nothingElse();
        try {
            Condition condition = condition(when);
            when.nothingElse();
            // What is noted already explains why this one cannot be made.
            return faults.size() > before || condition == null
                    ? null
                    : new AlertRule(name, condition, holds, action, severity, shadow);
        } catch (IllegalArgumentException e) {
            if (faults.size() == before) {
                faults.add(new Fault(map.line(), String.valueOf(e.getMessage())));
            }
            return null;
        }
    }

    private static @Nullable Condition condition(YamlMap when) {
        if (when.isKind("signal")) {
            return level(when);
        }
        if (when.isKind("increase_of")) {
            Signal counter = signal(when, "increase_of");
            long atLeast = when.whole("at_least", 1);
            return new Condition.Increase(counter, atLeast, when.duration("within", STAND_IN));
        }
        if (when.isKind("throttled_by")) {
            return new Condition.Throttling(reasons(when));
        }
        if (when.isKind("flag")) {
            return new Condition.Flag(signal(when, "flag"));
        }
        if (when.isKind("silent_for")) {
            return new Condition.Silence(when.duration("silent_for", STAND_IN));
        }
        if (when.isKind("xid_by_policy") && when.flag("xid_by_policy")) {
            return new Condition.Xid(when.duration("within", STAND_IN));
        }
        if (when.isKind("xid_of_jobs")) {
            int jobs = (int) when.whole("xid_of_jobs", 3);
            int tenants = (int) when.whole("of_tenants", 2);
            return new Condition.XidOfManyJobs(jobs, tenants, when.duration("within", STAND_IN));
        }
        if (when.isKind("driver_asks_for_recovery") && when.flag("driver_asks_for_recovery")) {
            return new Condition.Recovery();
        }
        when.fault(
                "when",
                "when must have one of signal, increase_of, throttled_by, flag, xid_by_policy, xid_of_jobs,"
                        + " driver_asks_for_recovery, silent_for");
        return null;
    }

    private static Condition level(YamlMap when) {
        Signal signal = signal(when, "signal");
        boolean inclusive = when.has("at_least");
        if (inclusive == when.has("above")) {
            when.fault("signal", "a signal needs either at_least or above");
        }
        double level = when.number(inclusive ? "at_least" : "above", 1);
        double clearsAt = when.number("clears_at", level - 1);
        return new Condition.Level(signal, when.has("of") ? base(when) : Base.NONE, inclusive, level, clearsAt);
    }

    private static Base base(YamlMap when) {
        String of = when.text("of");
        return switch (of) {
            case "memory_total_mb" -> Base.MEMORY_TOTAL;
            case "board_power_watts" -> Base.BOARD_POWER;
            default -> {
                when.fault("of", "of must be memory_total_mb or board_power_watts, was " + of);
                yield Base.NONE;
            }
        };
    }

    private static Signal signal(YamlMap when, String key) {
        String name = when.text(key);
        return Signal.named(name).orElseGet(() -> {
            when.fault(key, "there is no signal " + name);
            return switch (key) {
                case "flag" -> Signal.ROW_REMAP_FAILURE;
                case "signal" -> Signal.TEMPERATURE;
                default -> Signal.ECC_CORRECTED;
            };
        });
    }

    private static Set<ThrottleReason> reasons(YamlMap when) {
        Set<ThrottleReason> reasons = EnumSet.noneOf(ThrottleReason.class);
        for (String name : when.texts("throttled_by")) {
            ThrottleReason.named(name)
                    .ifPresentOrElse(
                            reasons::add, () -> when.fault("throttled_by", "there is no throttle reason " + name));
        }
        return reasons;
    }
}
