package io.aitbc.gpu.health;

import static io.aitbc.gpu.health.CompiledRules.CLEAR;
import static io.aitbc.gpu.health.CompiledRules.TROUBLE;
import static io.aitbc.gpu.health.CompiledRules.UNKNOWN;

import io.aitbc.gpu.health.AlertChange.Kind;
import io.aitbc.gpu.rules.RuleSet;
import io.aitbc.gpu.rules.Severity;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One GPU under watch. Time is that of its samples. Of each rule it knows a phase and a credit: the time that the condition
 * held while an alert is pending, the time that it was gone while one is open. Not for use by several threads at once.
 */
final class GpuHealth {

    private static final long LONGEST_CLEAR_MILLIS = Duration.ofMinutes(30).toMillis();
    private static final int MOST_DOUBLINGS = 6;

    private final String gpuUuid;
    private final long declaredMillis;
    private CompiledRules rules;
    private Memory memory;
    private Phases phases;
    private @Nullable String model;
    private long lastAt = Long.MIN_VALUE;
    private long intervalMillis;
    /** Of the last sample; no object of its own, of which each sample would make another. */
    private long lastSecond;

    private int lastNano;

    GpuHealth(String gpuUuid, CompiledRules rules, Duration declaredInterval) {
        this.gpuUuid = gpuUuid;
        this.declaredMillis = declaredInterval.toMillis();
        this.intervalMillis = declaredMillis;
        this.rules = rules;
        this.memory = new Memory(rules);
        this.phases = new Phases(rules);
    }

    @Nullable
    String model() {
        return model;
    }

    CompiledRules rules() {
        return rules;
    }

    Memory memory() {
        return memory;
    }

    @Nullable
    Instant lastSample() {
        return lastAt == Long.MIN_VALUE ? null : Instant.ofEpochSecond(lastSecond, lastNano);
    }

    private void remember(Instant at) {
        lastAt = at.toEpochMilli();
        lastSecond = at.getEpochSecond();
        lastNano = at.getNano();
    }

    boolean isNews(Instant at) {
        return at.toEpochMilli() > lastAt;
    }

    /** Goes on under other rules: what the two have in common is not forgotten, the alerts of rules that are gone resolve. */
    List<AlertChange> adopt(CompiledRules next, @Nullable String nextModel, Instant at) {
        Phases before = phases;
        phases = new Phases(next, before);
        memory = new Memory(next, memory);
        rules = next;
        model = nextModel;
        List<AlertChange> changes = new ArrayList<>();
        for (Alert alert : before.alerts) {
            if (alert != null && alert.isOpen() && phases.index(alert.rule()) < 0) {
                changes.add(new AlertChange(Kind.RESOLVED, alert.resolved(at)));
            }
        }
        return changes;
    }

    /** All that is known, to be kept. */
    HealthState state() {
        Instant lastSample = lastSample();
        List<HealthState.OfRule> states = new ArrayList<>(rules.size());
        for (int i = 0; i < rules.size(); i++) {
            Alert alert = phases.alerts[i];
            boolean forgotten = alert != null && lastSample != null && alert.isLongOver(lastSample);
            states.add(new HealthState.OfRule(
                    rules.rules[i].name(),
                    phases.pending[i],
                    phases.status[i],
                    phases.credit[i],
                    phases.pending[i] ? Instant.ofEpochMilli(phases.since[i]) : null,
                    memory.counter(i),
                    memory.increases(i),
                    memory.seenAt(i),
                    memory.seenXid(i),
                    forgotten ? null : alert));
        }
        return new HealthState(gpuUuid, model, lastSample, intervalMillis, memory.lastXid(), states);
    }

    /** Goes on from what was kept; rules that are new since then begin with nothing. */
    void restore(HealthState state) {
        model = state.model();
        if (state.lastAt() != null) {
            remember(state.lastAt());
        }
        intervalMillis = state.intervalMillis();
        memory.restore(state.lastXid());
        for (HealthState.OfRule kept : state.rules()) {
            int i = phases.index(kept.rule());
            if (i >= 0) {
                phases.pending[i] = kept.pending();
                phases.status[i] = (byte) kept.status();
                phases.credit[i] = kept.creditMillis();
                phases.since[i] = kept.since() == null ? 0 : kept.since().toEpochMilli();
                phases.alerts[i] = kept.alert();
                memory.restore(i, kept);
            }
        }
    }

    /** Judges a sample that is later than all before it. */
    List<AlertChange> accept(GpuSample sample) {
        long at = sample.at().toEpochMilli();
        long step = lastAt == Long.MIN_VALUE ? 0 : at - lastAt;
        boolean gap = step > 2 * Math.max(declaredMillis, intervalMillis);
        learnInterval(step);
        remember(sample.at());
        memory.take(sample, at, step);
        List<AlertChange> changes = List.of();
        for (int i = 0; i < rules.size(); i++) {
            byte now = rules.status(i, sample, memory, at);
            byte before = phases.status[i];
            phases.status[i] = now;
            Alert alert = phases.alerts[i];
            boolean open = phases.isOpen(i);
            if (now == CLEAR && !open && !phases.pending[i]) {
                continue;
            }
            AlertChange change = open
                    ? whileOpen(i, Objects.requireNonNull(alert), sample, before, gap, step)
                    : whileNotOpen(i, sample, before, gap, step);
            if (change != null) {
                changes = changes.isEmpty() ? new ArrayList<>() : changes;
                changes.add(change);
                if (change.kind() == Kind.FIRED) {
                    escalate(i, changes);
                }
            }
        }
        return changes;
    }

    private void learnInterval(long step) {
        if (step > 0) {
            // Quick to believe that samples come more often, slow to believe that they come more seldom.
            long believed = Math.min(step, 4 * Math.max(intervalMillis, declaredMillis));
            intervalMillis += (believed - intervalMillis) / (believed < intervalMillis ? 2 : 8);
        }
    }

    private @Nullable AlertChange whileNotOpen(int i, GpuSample sample, byte before, boolean gap, long step) {
        byte now = phases.status[i];
        long at = lastAt;
        boolean vanished = now == UNKNOWN && before == UNKNOWN;
        if (phases.pending[i] && (gap || vanished)) {
            phases.pending[i] = false;
        }
        if (now == TROUBLE) {
            if (!phases.pending[i]) {
                phases.pending[i] = true;
                phases.credit[i] = 0;
                phases.since[i] = at;
            } else if (before != UNKNOWN && before != CLEAR) {
                phases.credit[i] += step;
            }
            return phases.credit[i] >= rules.holdsMillis[i] ? fire(i, sample) : null;
        }
        if (now == CLEAR && phases.pending[i]) {
            // A dip takes back as much as it lasted, so that one odd sample does not undo a minute of heat.
            phases.credit[i] -= step;
            phases.pending[i] = phases.credit[i] > 0;
        }
        return null;
    }

    private AlertChange fire(int i, GpuSample sample) {
        phases.pending[i] = false;
        phases.credit[i] = 0;
        double value = rules.value(i, sample, memory, lastAt);
        Alert last = phases.alerts[i];
        if (last != null && !last.isLongOver(sample.at())) {
            return changed(i, Kind.REOPENED, last.reopened(sample.at(), value));
        }
        Alert alert = Alert.fired(gpuUuid, rules.rules[i], Instant.ofEpochMilli(phases.since[i]), sample.at(), value);
        return changed(i, Kind.FIRED, alert);
    }

    private @Nullable AlertChange whileOpen(int i, Alert alert, GpuSample sample, byte before, boolean gap, long step) {
        byte now = phases.status[i];
        if (now == TROUBLE) {
            boolean flapped = before == CLEAR || phases.credit[i] > 0;
            phases.credit[i] = 0;
            double value = rules.value(i, sample, memory, lastAt);
            phases.alerts[i] = alert.seen(sample.at(), value, alert.flaps() + (flapped ? 1 : 0));
            return flapped ? new AlertChange(Kind.FLAPPED, Objects.requireNonNull(phases.alerts[i])) : null;
        }
        if (gap || now == UNKNOWN) {
            phases.credit[i] = 0;
        } else if (now == CLEAR) {
            phases.credit[i] += before == CLEAR ? step : 0;
            if (phases.credit[i] >= clearMillis(i, alert.flaps())) {
                phases.credit[i] = 0;
                return changed(i, Kind.RESOLVED, alert.resolved(sample.at()));
            }
        }
        return null;
    }

    /** What flaps has to stay away longer each time. */
    private long clearMillis(int i, int flaps) {
        long holds = rules.holdsMillis[i];
        return Math.min(Math.max(holds, LONGEST_CLEAR_MILLIS), holds << Math.min(flaps, MOST_DOUBLINGS));
    }

    private AlertChange changed(int i, Kind kind, Alert alert) {
        phases.alerts[i] = alert;
        return new AlertChange(kind, alert);
    }

    /** Of open alerts over the same signal, the milder ones know the severest. */
    private void escalate(int fired, List<AlertChange> changes) {
        Signal signal = CompiledRules.signal(rules.rules[fired]);
        for (int i = 0; signal != null && i < rules.size(); i++) {
            if (i != fired && phases.isOpen(i) && CompiledRules.signal(rules.rules[i]) == signal) {
                int order = rules.rules[i].severity().compareTo(rules.rules[fired].severity());
                if (order != 0) {
                    int milder = order < 0 ? i : fired;
                    String severer = rules.rules[order < 0 ? fired : i].name();
                    Alert alert = Objects.requireNonNull(phases.alerts[milder]);
                    changes.add(changed(milder, Kind.ESCALATED, alert.escalated(severer)));
                }
            }
        }
    }

    /** Silence began; null when it had before. */
    @Nullable
    AlertChange silent(int i, Instant now) {
        if (phases.isOpen(i)) {
            return null;
        }
        Instant lastSample = lastSample();
        Instant from = lastSample == null ? now : lastSample;
        return changed(i, Kind.FIRED, Alert.fired(gpuUuid, rules.rules[i], from, now, Double.NaN));
    }

    List<Alert> open() {
        return phases.open();
    }

    List<String> pendingRules() {
        return phases.pendingRules();
    }

    boolean hasCritical() {
        return open().stream().anyMatch(alert -> !alert.shadow() && alert.severity() == Severity.CRITICAL);
    }

    RuleSet ruleSet() {
        return rules.origin;
    }
}
