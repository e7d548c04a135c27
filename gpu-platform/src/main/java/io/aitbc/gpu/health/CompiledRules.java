package io.aitbc.gpu.health;

import io.aitbc.gpu.rules.AlertRule;
import io.aitbc.gpu.rules.Condition;
import io.aitbc.gpu.rules.RuleSet;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.Signal;
import io.aitbc.gpu.telemetry.ThrottleReason;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The rules for one model, laid out for speed. */
final class CompiledRules {

    /** How a condition stands. Between its level and where it clears nothing is decided. */
    static final byte UNKNOWN = -128;

    static final byte CLEAR = -1;
    static final byte BETWEEN = 0;
    static final byte TROUBLE = 1;

    final RuleSet origin;
    final AlertRule[] rules;
    final long[] holdsMillis;
    /** Which of the rules watch a counter. */
    final int[] counting;

    private final Check[] checks;

    /** One condition, ready to be asked. */
    private interface Check {
        byte status(GpuSample sample, Memory memory, long at);
    }

    CompiledRules(RuleSet origin, @Nullable String model) {
        this.origin = origin;
        RuleSet.ForModel forModel = origin.forModel(model);
        List<AlertRule> all = forModel.rules();
        this.rules = all.toArray(new AlertRule[0]);
        this.holdsMillis =
                all.stream().mapToLong(rule -> rule.holds().toMillis()).toArray();
        this.counting = IntStream.range(0, rules.length)
                .filter(i -> rules[i].when() instanceof Condition.Increase)
                .toArray();
        this.checks = new Check[rules.length];
        for (int i = 0; i < rules.length; i++) {
            checks[i] = check(rules[i], i, forModel.boardPowerWatts());
        }
    }

    int size() {
        return rules.length;
    }

    /** How a rule's condition stands, given the sample that was just taken into the memory. */
    byte status(int rule, GpuSample sample, Memory memory, long at) {
        return checks[rule].status(sample, memory, at);
    }

    /** The number that tells how bad it is; NaN where there is none. */
    double value(int rule, GpuSample sample, Memory memory, long at) {
        Condition when = rules[rule].when();
        if (when instanceof Condition.Level level) {
            return sample.value(level.signal());
        }
        if (when instanceof Condition.Increase increase) {
            return memory.increase(rule, at, increase.within().toMillis());
        }
        return when instanceof Condition.Xid ? memory.lastXid(rule) : Double.NaN;
    }

    /** What two rules have in common when they are about the same trouble. */
    static @Nullable Signal signal(AlertRule rule) {
        if (rule.when() instanceof Condition.Level level) {
            return level.signal();
        }
        return rule.when() instanceof Condition.Increase increase ? increase.signal() : null;
    }

    private static Check check(AlertRule rule, int index, double boardPower) {
        Condition when = rule.when();
        if (when instanceof Condition.Level level) {
            return level(level, boardPower);
        }
        if (when instanceof Condition.Increase increase) {
            long within = increase.within().toMillis();
            return (sample, memory, at) -> !sample.has(increase.signal())
                    ? UNKNOWN
                    : memory.increase(index, at, within) >= increase.atLeast() ? TROUBLE : CLEAR;
        }
        if (when instanceof Condition.Throttling throttling) {
            int mask = ThrottleReason.mask(throttling.reasons());
            return (sample, memory, at) -> {
                int active = sample.throttleMask();
                return active < 0 ? UNKNOWN : (active & mask) != 0 ? TROUBLE : CLEAR;
            };
        }
        if (when instanceof Condition.Flag flag) {
            return (sample, memory, at) -> {
                double value = sample.value(flag.signal());
                return Double.isNaN(value) ? UNKNOWN : value > 0 ? TROUBLE : CLEAR;
            };
        }
        if (when instanceof Condition.Recovery) {
            return (sample, memory, at) -> sample.recoveryAction()
                    .map(action -> action.ordinal() > 0 ? TROUBLE : CLEAR)
                    .orElse(UNKNOWN);
        }
        if (when instanceof Condition.Xid xid) {
            return recent(index, xid.within());
        }
        if (when instanceof Condition.XidOfManyJobs many) {
            return recent(index, many.within());
        }
        // A sample ends silence; only the watch begins it.
        return (sample, memory, at) -> CLEAR;
    }

    private static Check recent(int index, Duration within) {
        long millis = within.toMillis();
        return (sample, memory, at) -> {
            long seen = memory.lastSeen(index);
            return seen <= at && seen + millis >= at ? TROUBLE : CLEAR;
        };
    }

    private static Check level(Condition.Level level, double boardPower) {
        Signal signal = level.signal();
        double bound = level.level();
        double clears = level.clearsAt();
        boolean inclusive = level.inclusive();
        return switch (level.base()) {
            case NONE -> (sample, memory, at) -> compare(sample.value(signal), bound, clears, inclusive);
            case MEMORY_TOTAL ->
                (sample, memory, at) ->
                        share(sample.value(signal), sample.value(Signal.MEMORY_TOTAL), bound, clears, inclusive);
            case BOARD_POWER ->
                Double.isNaN(boardPower)
                        ? (sample, memory, at) ->
                                share(sample.value(signal), sample.value(Signal.POWER_LIMIT), bound, clears, inclusive)
                        : (sample, memory, at) -> share(sample.value(signal), boardPower, bound, clears, inclusive);
        };
    }

    private static byte share(double value, double base, double bound, double clears, boolean inclusive) {
        // Of a limit of 0 nothing is a share.
        return base > 0 ? compare(value / base, bound, clears, inclusive) : UNKNOWN;
    }

    private static byte compare(double value, double bound, double clears, boolean inclusive) {
        if (value > bound || (inclusive && value == bound)) {
            return TROUBLE;
        }
        if (value <= clears) {
            return CLEAR;
        }
        return Double.isNaN(value) ? UNKNOWN : BETWEEN;
    }
}
