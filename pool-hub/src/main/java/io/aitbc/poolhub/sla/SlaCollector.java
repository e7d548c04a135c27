package io.aitbc.poolhub.sla;

import io.aitbc.poolhub.miner.MinerEvents;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Measures every service level and keeps the episodes. Its cost follows what changed since the last time: miners for which
 * nothing was written and whose value cannot have moved are not looked at.
 */
@Service
class SlaCollector {

    /** What a collection did. */
    record Collected(int minersProcessed, List<Violations.Opened> opened, Optional<Metrics.Capacity> capacity) {}

    /**
     * Heartbeats per second from which on a collection takes one core only, so that they do not wait for it. On two cores a
     * collection on all of them made their p99 ten times as long.
     */
    private static final double MANY = 10;

    private final Readings readings;
    private final Measuring measuring;
    private final Metrics metrics;
    private final Violations violations;
    private final SlaSettings settings;
    private final Clock clock;

    SlaCollector(
            Readings readings,
            Measuring measuring,
            Metrics metrics,
            Violations violations,
            SlaSettings settings,
            Clock clock) {
        this.readings = readings;
        this.measuring = measuring;
        this.metrics = metrics;
        this.violations = violations;
        this.settings = settings;
        this.clock = clock;
    }

    /** One collection; concurrent ones take turns. It holds no row that a heartbeat or a match writes. */
    @Transactional
    public Collected collect() {
        metrics.takeTurns();
        Metrics.Watermark mark = metrics.watermark();
        // Before the clock is read: what is written from here on is looked at again, also where its time is later than
        // now.
        String seen = metrics.oldestRunning();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Readings.Due due =
                new Readings.Due(now, mark.collectedAt(), mark.seenXid(), mark.everybodyIsDue(now, settings));
        Optional<Measured> capacity = readings.capacity(now);
        boolean alone = readings.heartbeatsPerSecond(now) < MANY;
        metrics.write(now, due.everybody(), rows -> {
            Measuring.Keeper news = measured -> {
                if (measured.news() || due.everybody()) {
                    rows.add(measured);
                }
            };
            measuring.all(
                    List.of(
                            found -> readings.responseTime(due, 0, found),
                            found -> readings.responseTime(due, 1, found),
                            found -> {
                                readings.uptime(due, found);
                                readings.completionRate(due, found);
                            }),
                    news,
                    alone);
            if (capacity.isPresent()) {
                news.keep(capacity.get());
            }
        });
        metrics.forgetGone();
        violations.worsen(now);
        List<Violations.Opened> opened = violations.open(now);
        violations.resolve(now);
        metrics.saveWatermark(seen, now, due.everybody());
        return new Collected(metrics.enrolledMiners(), opened, metrics.capacity());
    }

    /** Maintenance entered afterwards: what it explains is measured again and excused. */
    @EventListener
    @Transactional(propagation = Propagation.MANDATORY)
    public void excuse(MinerEvents.MaintenanceRecorded agreed) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        if (!agreed.start().isBefore(now)) {
            return;
        }
        metrics.takeTurns();
        Optional<Measured> today = readings.uptimeOf(agreed.minerId(), now);
        if (today.isEmpty()) {
            metrics.forgetUptime(agreed.minerId());
        } else if (today.get().news()) {
            metrics.write(now, false, rows -> rows.add(today.get()));
        }
        for (Violation episode : violations.uptimeEpisodes(agreed.minerId(), agreed.start(), agreed.end())) {
            Instant end = episode.resolvedAt() == null ? now : episode.resolvedAt();
            boolean explained = metrics.lowestUptime(agreed.minerId(), episode.createdAt(), end)
                    .map(uptime -> uptime >= settings.uptimeThreshold())
                    .orElse(true);
            if (explained) {
                violations.excuse(episode.id(), now, agreed.reason(), agreed.actor());
            }
        }
    }
}
