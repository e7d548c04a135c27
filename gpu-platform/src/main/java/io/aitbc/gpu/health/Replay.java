package io.aitbc.gpu.health;

import io.aitbc.gpu.health.AlertChange.Kind;
import io.aitbc.gpu.rules.Action;
import io.aitbc.gpu.rules.RuleBook;
import io.aitbc.gpu.rules.RuleSet;
import io.aitbc.gpu.telemetry.GpuSample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Tries a rule set on the past: which GPUs it would have touched. Nothing is done to any of them. */
public final class Replay {

    /**
     * What one rule would have done.
     *
     * @param alerts episodes
     * @param gpus the GPUs that had them
     */
    public record Touched(String rule, Action action, int alerts, Set<String> gpus, Instant first, Instant last) {}

    private final HealthMonitor monitor;
    private final Map<String, List<Alert>> fired = new TreeMap<>();
    private long samples;

    public Replay(RuleSet rules, Duration declaredInterval) {
        this.monitor = new HealthMonitor(new RuleBook(rules), declaredInterval);
    }

    /** Takes in samples; those of one GPU must come in the order of time. */
    public void take(GpuSample sample) {
        samples++;
        note(monitor.accept(sample));
    }

    /** Takes in an XID, before the first sample that is later. */
    public void take(XidEvent xid) {
        monitor.xid(xid);
    }

    private void note(Collection<AlertChange> changes) {
        for (AlertChange change : changes) {
            if (change.kind() == Kind.FIRED) {
                fired.computeIfAbsent(change.alert().rule(), rule -> new ArrayList<>())
                        .add(change.alert());
            }
        }
    }

    /** How many samples were taken in. */
    public long samples() {
        return samples;
    }

    /** What each rule that fired would have done, by name. */
    public List<Touched> touched() {
        return fired.values().stream()
                .map(alerts -> new Touched(
                        alerts.get(0).rule(),
                        alerts.get(0).action(),
                        alerts.size(),
                        new TreeSet<>(alerts.stream().map(Alert::gpuUuid).toList()),
                        alerts.stream()
                                .map(Alert::firedAt)
                                .min(Instant::compareTo)
                                .orElseThrow(),
                        alerts.stream()
                                .map(Alert::firedAt)
                                .max(Instant::compareTo)
                                .orElseThrow()))
                .toList();
    }
}
