package io.aitbc.gpu.health;

import io.aitbc.gpu.health.XidHistory.Verdict;
import io.aitbc.gpu.rules.Action;
import io.aitbc.gpu.rules.AlertRule;
import io.aitbc.gpu.rules.Condition;
import io.aitbc.gpu.rules.RuleBook;
import io.aitbc.gpu.rules.RuleSet;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.RecoveryAction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Watches GPUs by the rules in force and says what became of their alerts. The same samples in the same order per GPU give
 * the same alerts with the same ids, so a host that keeps samples and open alerts can rebuild a monitor at any time. Safe for
 * use by several threads; samples of one GPU should come from one.
 */
public final class HealthMonitor {

    private final RuleBook book;
    private final Duration declaredInterval;
    private final ConcurrentMap<String, GpuHealth> gpus = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, CompiledRules> compiled = new ConcurrentHashMap<>();
    private final XidHistory xids = new XidHistory();

    /** @param declaredInterval how often samples are meant to come; a GPU's real pace is learned, but none is faster */
    public HealthMonitor(RuleBook book, Duration declaredInterval) {
        this.book = book;
        this.declaredInterval = declaredInterval;
    }

    /** Judges a sample. One that is not later than the GPU's last tells nothing and changes nothing. */
    public List<AlertChange> accept(GpuSample sample) {
        String uuid = sample.device().uuid();
        GpuHealth gpu = gpus.get(uuid);
        if (gpu == null) {
            gpu = gpus.computeIfAbsent(
                    uuid, id -> new GpuHealth(id, rules(sample.device().model()), declaredInterval));
        }
        synchronized (gpu) {
            if (!gpu.isNews(sample.at())) {
                return List.of();
            }
            List<AlertChange> adopted = underCurrentRules(gpu, sample);
            int xid = gpu.memory().newXid(sample);
            if (xid != 0) {
                noteXid(gpu, new XidEvent(uuid, xid, sample.at(), null, null), sample);
            }
            List<AlertChange> changes = gpu.accept(sample);
            if (adopted.isEmpty()) {
                return changes;
            }
            List<AlertChange> all = new ArrayList<>(adopted);
            all.addAll(changes);
            return all;
        }
    }

    /**
     * Takes in an XID that the miner reported with what it knows of it. It is judged with the GPU's next sample, which may
     * be the one that came with it. Those that a sample's own XID already told are the same.
     */
    public void xid(XidEvent event) {
        GpuHealth gpu =
                gpus.computeIfAbsent(event.gpuUuid(), uuid -> new GpuHealth(uuid, rules(null), declaredInterval));
        synchronized (gpu) {
            noteXid(gpu, event, null);
        }
    }

    private void noteXid(GpuHealth gpu, XidEvent event, @Nullable GpuSample sample) {
        RuleSet set = gpu.ruleSet();
        Action action = action(set, event.xid(), sample);
        boolean applications = set.xids()
                .find(event.xid())
                .map(entry -> entry.resolution().equals("RESTART_APP"))
                .orElse(false);
        if (applications) {
            xids.died(event.gpuUuid(), event.at(), event.jobId(), event.tenantId());
        }
        AlertRule[] rules = gpu.rules().rules;
        for (int i = 0; i < rules.length; i++) {
            Condition when = rules[i].when();
            boolean byPolicy = when instanceof Condition.Xid && rules[i].action() == action;
            boolean byMany = when instanceof Condition.XidOfManyJobs many
                    && applications
                    && xids.verdict(event.gpuUuid(), event.at(), many.jobs(), many.tenants(), many.within())
                            == Verdict.HARDWARE;
            if (byPolicy || byMany) {
                gpu.memory().seen(i, event.at().toEpochMilli(), event.xid());
            }
        }
    }

    /** What the driver itself asks for beats the table. */
    private static Action action(RuleSet set, int xid, @Nullable GpuSample sample) {
        Action byTable = set.xids().action(xid);
        Optional<RecoveryAction> asked = sample == null ? Optional.empty() : sample.recoveryAction();
        if (asked.isEmpty()) {
            return byTable;
        }
        if (asked.get() != RecoveryAction.NONE) {
            return Action.QUARANTINE;
        }
        return byTable == Action.QUARANTINE ? Action.NOTIFY : byTable;
    }

    /**
     * Fires for GPUs that say nothing any more.
     *
     * @param wanted of which GPUs silence means anything: not of those whose whole machine is silent
     */
    public List<AlertChange> watchSilence(Instant now, Predicate<String> wanted) {
        List<AlertChange> changes = new ArrayList<>();
        for (Map.Entry<String, GpuHealth> entry : gpus.entrySet()) {
            GpuHealth gpu = entry.getValue();
            if (!wanted.test(entry.getKey())) {
                continue;
            }
            synchronized (gpu) {
                Instant last = gpu.lastSample();
                AlertRule[] rules = gpu.rules().rules;
                for (int i = 0; last != null && i < rules.length; i++) {
                    if (rules[i].when() instanceof Condition.Silence silence
                            && last.plus(silence.longerThan()).isBefore(now)) {
                        AlertChange change = gpu.silent(i, now);
                        if (change != null) {
                            changes.add(change);
                        }
                    }
                }
            }
        }
        return changes;
    }

    /** All that is known of a GPU, to be kept over a restart; empty when it is not watched. */
    public Optional<HealthState> state(String gpuUuid) {
        GpuHealth gpu = gpus.get(gpuUuid);
        if (gpu == null) {
            return Optional.empty();
        }
        synchronized (gpu) {
            return Optional.of(gpu.state());
        }
    }

    /** Whether nothing of a GPU needs to be kept but its last sample; see {@link HealthState#isQuiet()}. */
    public boolean isQuiet(String gpuUuid) {
        return state(gpuUuid).map(HealthState::isQuiet).orElse(true);
    }

    /** Goes on from what was kept, as if it had never been away. */
    public void restore(HealthState state) {
        GpuHealth gpu = new GpuHealth(state.gpuUuid(), rules(state.model()), declaredInterval);
        gpu.restore(state);
        gpus.put(state.gpuUuid(), gpu);
    }

    /** The GPU's open alerts. */
    public List<Alert> open(String gpuUuid) {
        GpuHealth gpu = gpus.get(gpuUuid);
        if (gpu == null) {
            return List.of();
        }
        synchronized (gpu) {
            return gpu.open();
        }
    }

    /** The rules whose condition holds, but not yet for long enough. */
    public List<String> pending(String gpuUuid) {
        GpuHealth gpu = gpus.get(gpuUuid);
        if (gpu == null) {
            return List.of();
        }
        synchronized (gpu) {
            return gpu.pendingRules();
        }
    }

    /** Whether an alert of severity CRITICAL is open that is not a shadow's. */
    public boolean hasCritical(String gpuUuid) {
        GpuHealth gpu = gpus.get(gpuUuid);
        if (gpu == null) {
            return false;
        }
        synchronized (gpu) {
            return gpu.hasCritical();
        }
    }

    /** Whose fault application XIDs on a GPU are. */
    public XidHistory xids() {
        return xids;
    }

    /** Stops watching a GPU. */
    public void forget(String gpuUuid) {
        gpus.remove(gpuUuid);
        xids.forget(gpuUuid);
    }

    /** How many GPUs are watched. */
    public int size() {
        return gpus.size();
    }

    private List<AlertChange> underCurrentRules(GpuHealth gpu, GpuSample sample) {
        RuleSet now = book.current();
        String model = sample.device().model();
        if (gpu.ruleSet() == now && (model == null || Objects.equals(model, gpu.model()))) {
            return List.of();
        }
        String known = model == null ? gpu.model() : model;
        return gpu.adopt(rules(known), known, sample.at());
    }

    private CompiledRules rules(@Nullable String model) {
        RuleSet now = book.current();
        RuleSet.ForModel forModel = now.forModel(model);
        String key = forModel.profile() == null ? "" : forModel.profile();
        CompiledRules known = compiled.get(key);
        if (known == null || known.origin != now) {
            known = new CompiledRules(now, model);
            compiled.put(key, known);
        }
        return known;
    }
}
