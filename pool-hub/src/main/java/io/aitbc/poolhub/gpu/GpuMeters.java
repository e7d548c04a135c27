package io.aitbc.poolhub.gpu;

import io.aitbc.gpu.metrics.GpuReading;
import io.aitbc.gpu.metrics.GpuSeries;
import io.aitbc.gpu.rules.RuleBook;
import io.aitbc.gpu.rules.RuleSet;
import io.aitbc.poolhub.telemetry.SampleRows;
import io.aitbc.poolhub.telemetry.Told;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * The pool's GPUs as Prometheus series, at most a few seconds old, the same on every replica. Without the database the last
 * ones are handed out.
 */
@Component
class GpuMeters implements MultiCollector {

    private static final Logger LOG = LoggerFactory.getLogger(GpuMeters.class);
    private static final Duration AGE = Duration.ofSeconds(10);
    /** What was said longer ago is not shown: an old temperature is none. */
    private static final Duration FRESH = Duration.ofMinutes(5);

    private final Gpus gpus;
    private final Alerts alerts;
    private final SampleRows samples;
    private final GpuLeases leases;
    private final RuleBook rules;
    private final Clock clock;
    private final ReentrantLock making = new ReentrantLock();
    private volatile long nextAt = Long.MIN_VALUE;
    private volatile MetricSnapshots snapshot = new MetricSnapshots();

    GpuMeters(
            Gpus gpus,
            Alerts alerts,
            SampleRows samples,
            GpuLeases leases,
            RuleBook rules,
            Clock clock,
            ObjectProvider<PrometheusMeterRegistry> prometheus) {
        this.gpus = gpus;
        this.alerts = alerts;
        this.samples = samples;
        this.leases = leases;
        this.rules = rules;
        this.clock = clock;
        prometheus.ifAvailable(registry -> registry.getPrometheusRegistry().register(this));
    }

    @Override
    public MetricSnapshots collect() {
        if (clock.millis() >= nextAt && making.tryLock()) {
            try {
                nextAt = clock.millis() + AGE.toMillis();
                snapshot = current(clock.instant());
            } catch (DataAccessException | TransactionException e) {
                LOG.warn("The GPUs of the last scrape are shown again: {}", e.getMessage());
            } finally {
                making.unlock();
            }
        }
        return snapshot;
    }

    private MetricSnapshots current(Instant now) {
        List<Gpu> all = gpus.all();
        Map<String, Instant> moments = new HashMap<>();
        all.stream()
                .filter(gpu -> gpu.lastSampleAt().plus(FRESH).isAfter(now))
                .forEach(gpu -> moments.put(gpu.gpuUuid(), gpu.lastSampleAt()));
        Map<String, Told> latest = new HashMap<>();
        samples.at(moments, told -> latest.put(told.sample().device().uuid(), told));
        Map<String, String> use = leases.all();
        RuleSet inForce = rules.current();
        List<MetricSnapshot> series = new ArrayList<>(GpuSeries.of(all.stream()
                .map(gpu -> {
                    Told told = latest.get(gpu.gpuUuid());
                    return new GpuReading(
                            gpu.gpuUuid(),
                            gpu.minerId(),
                            gpu.model(),
                            gpu.gpuIndex(),
                            gpu.state(),
                            told == null ? null : told.sample(),
                            gpu.failureRisk(),
                            gpu.criticalAt() == null
                                    ? Double.NaN
                                    : Math.max(
                                            0,
                                            Duration.between(now, gpu.criticalAt())
                                                    .toSeconds()),
                            use.containsKey(gpu.gpuUuid()),
                            gpu.lastSampleAt(),
                            inForce.forModel(gpu.model()).boardPowerWatts());
                })
                .toList()));
        series.add(active());
        series.add(xids());
        return new MetricSnapshots(series);
    }

    private GaugeSnapshot active() {
        GaugeSnapshot.Builder active =
                GaugeSnapshot.builder().name("alerts_active").help("GPU alerts that are not over, shadows left out");
        Map<Labels, Long> counts = new TreeMap<>();
        rules.current().rules().stream()
                .filter(rule -> !rule.shadow())
                .forEach(rule -> counts.put(labels(rule.name(), rule.severity().name()), 0L));
        alerts.active()
                .forEach(count -> counts.merge(labels(count.rule(), count.severity()), count.alerts(), Long::sum));
        counts.forEach((labels, count) -> active.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(labels)
                .value(count)
                .build()));
        return active.build();
    }

    private static Labels labels(String rule, String severity) {
        return Labels.of("rule", rule, "severity", severity);
    }

    private CounterSnapshot xids() {
        CounterSnapshot.Builder xids = CounterSnapshot.builder()
                .name("gpu_xid_errors")
                .help("XIDs that miners told, as far back as they are kept");
        samples.xidCounts()
                .forEach((xid, count) -> xids.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                        .labels(Labels.of("xid", xid.toString()))
                        .value(count)
                        .build()));
        return xids.build();
    }
}
