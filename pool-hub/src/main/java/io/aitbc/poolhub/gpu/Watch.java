package io.aitbc.poolhub.gpu;

import io.aitbc.gpu.device.GpuState;
import io.aitbc.gpu.health.AlertChange;
import io.aitbc.gpu.health.HealthMonitor;
import io.aitbc.gpu.health.HealthState;
import io.aitbc.gpu.prediction.CriticalLevels;
import io.aitbc.gpu.prediction.HealthPredictor;
import io.aitbc.gpu.prediction.Trend;
import io.aitbc.gpu.remediation.CircuitBreaker;
import io.aitbc.gpu.rules.RuleBook;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.poolhub.telemetry.SampleRows;
import io.aitbc.poolhub.telemetry.Told;
import io.aitbc.poolhub.telemetry.ToldXid;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What whoever swept last remembers: the monitor, the breaker and the GPUs. It can be made again from what the database
 * keeps, and is, wherever somebody else swept or an operator stepped in. Used under the lock of the sweep only.
 */
final class Watch {

    /** A GPU that two miners claim stays with the one that had it until that one has been silent about it for so long. */
    private static final Duration CLAIM = Duration.ofMinutes(10);

    private static final Duration XIDS = Duration.ofHours(24);
    private static final Duration FORESEES_FROM = Duration.ofMinutes(70);

    final HealthMonitor monitor;
    final CircuitBreaker breaker;
    final HealthPredictor predictor;
    final Map<String, Gpu> gpus = new HashMap<>();
    /** The GPUs of which more is kept than their last sample. */
    final Set<String> kept = new HashSet<>();

    private Watch(RuleBook rules, Duration interval, double maxPercent) {
        this.monitor = new HealthMonitor(rules, interval);
        this.breaker = new CircuitBreaker(maxPercent);
        this.predictor = new HealthPredictor(CriticalLevels.of(rules.current()));
    }

    /** Makes it from what is kept. */
    static Watch rebuilt(
            RuleBook rules,
            Duration interval,
            double maxPercent,
            Gpus rows,
            SweepBook book,
            SampleRows samples,
            SweepBook.Place place,
            Instant now) {
        Watch watch = new Watch(rules, interval, maxPercent);
        rows.all().forEach(gpu -> watch.gpus.put(gpu.gpuUuid(), gpu));
        for (HealthState state : book.healthStates()) {
            watch.monitor.restore(state);
            watch.kept.add(state.gpuUuid());
        }
        Map<String, Instant> quiet = new HashMap<>();
        watch.gpus.values().stream()
                .filter(gpu -> !watch.kept.contains(gpu.gpuUuid()))
                .forEach(gpu -> quiet.put(gpu.gpuUuid(), gpu.lastSampleAt()));
        samples.at(quiet, told -> watch.monitor.accept(told.sample()));
        samples.between(now.minus(FORESEES_FROM), now.plusSeconds(1), told -> {
            Gpu gpu = watch.gpus.get(told.sample().device().uuid());
            if (gpu != null
                    && gpu.minerId().equals(told.minerId())
                    && !told.sample().at().isAfter(gpu.lastSampleAt())
                    // Whom an operator has released begins anew.
                    && !(gpu.byOperator()
                            && gpu.state() == GpuState.HEALTHY
                            && told.sample().at().isBefore(gpu.stateSince()))) {
                watch.predictor.updateMetrics(told.sample());
            }
        });
        for (ToldXid told : samples.xidsSince(now.minus(XIDS), place.seenXid())) {
            watch.take(told);
        }
        for (SweepBook.Quarantine quarantine : book.quarantines(now, place.breakerResetAt())) {
            Gpu gpu = watch.gpus.get(quarantine.gpuUuid());
            watch.breaker.happened(quarantine.gpuUuid(), gpu == null ? List.of() : gpu.groups(), quarantine.at());
        }
        return watch;
    }

    /** Judges a sample; one that a stranger tells of a GPU is not believed. */
    List<AlertChange> take(Told told, Consumer<Told> contested) {
        GpuSample sample = told.sample();
        String uuid = sample.device().uuid();
        Gpu known = gpus.get(uuid);
        if (known != null
                && !known.minerId().equals(told.minerId())
                && sample.at().isBefore(known.lastSampleAt().plus(CLAIM))) {
            contested.accept(told);
            return List.of();
        }
        if (known != null && !sample.at().isAfter(known.lastSampleAt())) {
            return List.of();
        }
        gpus.put(uuid, known == null ? Gpu.first(told.minerId(), sample) : known.seen(told.minerId(), sample));
        predictor.updateMetrics(sample);
        return monitor.accept(sample);
    }

    /** A GPU with what is expected of it. */
    Gpu foreseen(Gpu gpu, Instant now) {
        return predictor
                .outlook(gpu.gpuUuid(), now)
                .map(outlook -> gpu.expected(
                        Math.round(outlook.risk() * 1_000) / 1_000.0,
                        outlook.first()
                                .map(first -> now.plus(first.timeToCritical()
                                        .map(Trend.Arrival::likely)
                                        .orElse(Duration.ZERO)))
                                .orElse(null)))
                .orElse(gpu);
    }

    /** Takes in an XID of a miner's own GPU. */
    void take(ToldXid told) {
        Gpu known = gpus.get(told.event().gpuUuid());
        if (known == null || known.minerId().equals(told.minerId())) {
            monitor.xid(told.event());
        }
    }

    /** Tells the breaker how large the fleet is. */
    void measure() {
        Map<String, Integer> groups = new HashMap<>();
        gpus.values().forEach(gpu -> gpu.groups().forEach(group -> groups.merge(group, 1, Integer::sum)));
        breaker.fleet(gpus.size(), groups);
    }
}
