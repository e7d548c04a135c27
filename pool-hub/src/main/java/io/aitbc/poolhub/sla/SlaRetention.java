package io.aitbc.poolhub.sla;

import io.aitbc.service.postgres.MonthlyPartitions;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Rolls single rows up to hours, and drops whole months once they are past their retention. */
@Component
class SlaRetention {

    private static final Duration LONG = Duration.ofDays(400);
    private static final Duration LATE = Duration.ofHours(3);

    private final JdbcClient jdbc;
    private final MonthlyPartitions partitions;
    private final SlaSettings settings;
    private final Clock clock;

    SlaRetention(JdbcClient jdbc, MonthlyPartitions partitions, SlaSettings settings, Clock clock) {
        this.jdbc = jdbc;
        this.partitions = partitions;
        this.settings = settings;
        this.clock = clock;
    }

    @Scheduled(fixedDelayString = "PT1H", initialDelayString = "PT2M")
    @SchedulerLock(name = "sla-retention", lockAtMostFor = "PT30M")
    public void keepUp() {
        Instant now = clock.instant();
        rollUp(now);
        Instant limit = now.minus(Duration.ofDays(settings.retentionDays()));
        partitions.dropBefore("sla_metrics", limit, null);
        partitions.dropBefore("match_results", limit, null);
        partitions.dropBefore("match_requests", limit, null);
        // As far back as both ledgers are compared, and as an event may be repeated.
        partitions.dropBefore("usage_events", now.minus(LONG), "state IN ('PENDING', 'PARKED')");
        partitions.dropBefore("sla_metrics_hourly", now.minus(LONG), null);
    }

    /** Sums up the hours that are over, the last few once more: a row may come late. */
    void rollUp(Instant now) {
        Instant end = now.truncatedTo(ChronoUnit.HOURS);
        Instant start = jdbc.sql("SELECT max(hour) FROM sla_metrics_hourly")
                .query((row, n) -> row.getTimestamp(1))
                .optional()
                .map(Timestamp::toInstant)
                .map(last -> last.minus(LATE))
                .orElse(now.minus(Duration.ofDays(settings.retentionDays())).truncatedTo(ChronoUnit.HOURS));
        partitions.ensure("sla_metrics_hourly", start, end);
        jdbc.sql("""
                INSERT INTO sla_metrics_hourly (miner_id, metric_type, hour, minimum, maximum, mean, samples)
                SELECT coalesce(miner_id, ''), metric_type, date_trunc('hour', timestamp, 'UTC'), min(metric_value),
                       max(metric_value), avg(metric_value), count(*)
                FROM sla_metrics WHERE timestamp >= :start AND timestamp < :end GROUP BY 1, 2, 3
                ON CONFLICT (miner_id, metric_type, hour) DO UPDATE SET minimum = excluded.minimum,
                  maximum = excluded.maximum, mean = excluded.mean, samples = excluded.samples
                """)
                .param("start", Timestamp.from(start))
                .param("end", Timestamp.from(end))
                .update();
    }
}
