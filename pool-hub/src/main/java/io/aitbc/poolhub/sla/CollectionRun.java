package io.aitbc.poolhub.sla;

import io.aitbc.poolhub.miner.StateIntervals;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Collects by schedule, in one replica at a time, or when asked; and tells Prometheus what came of it. */
@Component
class CollectionRun {

    private final SlaCollector collector;
    private final StateIntervals intervals;
    private final SlaMeters slaMeters;
    private final MeterRegistry meters;
    private final Clock clock;
    private final Timer duration;
    private volatile long lastSuccess;

    CollectionRun(
            SlaCollector collector, StateIntervals intervals, SlaMeters slaMeters, MeterRegistry meters, Clock clock) {
        this.collector = collector;
        this.intervals = intervals;
        this.slaMeters = slaMeters;
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

    @Scheduled(
            fixedRateString = "#{${sla.collection-interval-seconds} * 1000}",
            initialDelayString = "#{T(Math).min(${sla.collection-interval-seconds}, 15) * 1000}")
    @SchedulerLock(name = "sla-collection", lockAtMostFor = "PT15M")
    public void bySchedule() {
        now();
    }

    SlaCollector.Collected now() {
        // In a transaction of its own: it locks rows of miners, which may beat again while the collection goes on.
        intervals.sweep(clock.instant());
        SlaCollector.Collected collected = Objects.requireNonNull(duration.record(collector::collect));
        lastSuccess = clock.millis();
        collected.opened().forEach(opened -> violations(opened.violationType(), opened.severity(), 1));
        slaMeters.outdated();
        return collected;
    }

    private void violations(String type, String severity, int count) {
        meters.counter("poolhub.sla.violations", "metric_type", type, "severity", severity)
                .increment(count);
    }
}
