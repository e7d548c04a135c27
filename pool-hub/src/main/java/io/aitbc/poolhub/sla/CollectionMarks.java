package io.aitbc.poolhub.sla;

import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** Where the collections of all replicas stand, and by which statistic they judge. */
@Repository
class CollectionMarks {

    private final JdbcClient jdbc;
    private final Metrics metrics;
    private final SlaSettings settings;

    CollectionMarks(JdbcClient jdbc, Metrics metrics, SlaSettings settings) {
        this.jdbc = jdbc;
        this.metrics = metrics;
        this.settings = settings;
    }

    /** When any replica last collected; empty when none did, or when everything is due again. */
    Optional<Instant> collectedAt() {
        return Optional.ofNullable(metrics.watermark().collectedAt());
    }

    /**
     * Makes everything due when the last collection judged response times by another statistic: a miner of which nothing is
     * new would otherwise keep its old value for up to an hour.
     */
    @Transactional
    public void judgeByTheStatisticOfToday() {
        String lastTime = jdbc.sql("SELECT response_time_statistic FROM sla_watermarks WHERE source = 'collection'")
                .query((row, n) -> Optional.ofNullable(row.getString(1)))
                .single()
                .orElse("");
        if (lastTime.equals(settings.responseTimeStatistic())) {
            return;
        }
        // A collection that is under way would set its mark over this one.
        metrics.takeTurns();
        jdbc.sql("""
                UPDATE sla_watermarks SET seen_xid = '0', collected_at = '-infinity', response_time_statistic = :statistic
                WHERE source = 'collection'
                """).param("statistic", settings.responseTimeStatistic()).update();
    }
}
