package io.aitbc.poolhub.sla;

import io.aitbc.poolhub.miner.StateIntervals;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Collects by schedule, once per interval over all replicas, or when asked; and tells Prometheus what came of it. After a
 * restart the next collection may be up to nearly two intervals after the last one.
 */
@Component
class CollectionRun {

    private final SlaCollector collector;
    private final StateIntervals intervals;
    private final SlaMeters slaMeters;
    private final Metrics metrics;
    private final MeterRegistry meters;
    private final Clock clock;
    private final Timer duration;
    private final ReentrantLock turns = new ReentrantLock();
    private volatile long lastSuccess;

    CollectionRun(
            SlaCollector collector,
            StateIntervals intervals,
            SlaMeters slaMeters,
            Metrics metrics,
            MeterRegistry meters,
            Clock clock) {
        this.collector = collector;
        this.intervals = intervals;
        this.slaMeters = slaMeters;
        this.metrics = metrics;
        this.meters = meters;
        this.clock = clock;
        this.duration = Timer.builder("poolhub.sla.collection.duration")
                .description("One collection of all service levels")
                .publishPercentileHistogram(false)
                .register(meters);
        TimeGauge.builder(
                        "poolhub.sla.collection.last.success.timestamp",
                        this,
                        TimeUnit.MILLISECONDS,
                        r -> r.lastSuccess)
                .description("When a collection last succeeded, as seconds since 1970")
                .register(meters);
        // Known from the start on, so that a rate over them is never absent.
        for (String type : MetricTypes.ALL) {
            for (String severity : new String[] {"high", "critical"}) {
                violations(type, severity, 0);
            }
        }
    }

    /**
     * Replicas have schedules of their own, and a collection takes less time than lies between them. So the lock outlasts it,
     * by nine tenths of the interval (in milliseconds): a tick that comes a little early still counts.
     */
    @Scheduled(
            fixedRateString = "#{${sla.collection-interval-seconds} * 1000}",
            initialDelayString = "#{T(Math).min(${sla.collection-interval-seconds}, 15) * 1000}")
    @SchedulerLock(
            name = "sla-collection",
            lockAtLeastFor = "#{${sla.collection-interval-seconds} * 900}",
            lockAtMostFor = "#{T(Math).max(${sla.collection-interval-seconds} * 1000, 900000)}")
    public void bySchedule() {
        now();
    }

    /** Another replica may have collected: that is a success for all. */
    @Scheduled(fixedDelayString = "PT60S", initialDelayString = "PT3S")
    public void keepUp() {
        Instant collected = metrics.watermark().collectedAt();
        if (collected != null) {
            lastSuccess = Math.max(lastSuccess, collected.toEpochMilli());
        }
    }

    SlaCollector.Collected now() {
        SlaCollector.Collected collected;
        // Whoever waits for his turn must not hold a connection: the collection before his needs several.
        turns.lock();
        try {
            // In a transaction of its own: it locks rows of miners, which may beat again while the collection goes on.
            intervals.sweep(clock.instant());
            collected = Objects.requireNonNull(duration.record(collector::collect));
        } finally {
            turns.unlock();
        }
        lastSuccess = clock.millis();
        collected.opened().forEach(opened -> violations(opened.violationType(), opened.severity(), 1));
        slaMeters.outdated();
        return collected;
    }

    private void violations(String type, String severity, int count) {
        Counter.builder("poolhub.sla.violations")
                .description("Violations that were opened")
                .tag("metric_type", type)
                .tag("severity", severity)
                .register(meters)
                .increment(count);
    }
}
