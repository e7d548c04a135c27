package io.aitbc.poolhub.sla;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Measures and keeps what the service levels are. */
@Repository
class Metrics {

    /** All series are written anew this often, so that no hour is without a row. */
    static final Duration REFRESH = Duration.ofMinutes(55);

    /**
     * Where the last collection stood.
     *
     * @param seenXid everything of transactions from this id on has to be looked at
     * @param refreshedAt when all series were written
     * @param judgedBy by which settings
     */
    record Watermark(
            String seenXid,
            @Nullable Instant collectedAt,
            @Nullable Instant refreshedAt,
            String judgedBy) {

        /** At first, within the hour, by other settings, and when the clock was set back. */
        boolean everybodyIsDue(Instant now, SlaSettings settings) {
            return collectedAt == null
                    || refreshedAt == null
                    || now.isBefore(collectedAt)
                    || !now.isBefore(refreshedAt.plus(REFRESH))
                    || !judgedBy.equals(settings.judgedBy());
        }
    }

    /** What is written. */
    interface Writing {
        void to(MetricRows rows) throws SQLException;
    }

    /** How many are up and not busy. */
    record Capacity(int totalMiners, int activeMiners, double capacityAvailabilityPct) {}

    private final JdbcClient jdbc;
    private final JdbcTemplate template;
    private final SlaSettings settings;

    Metrics(JdbcClient jdbc, JdbcTemplate template, SlaSettings settings) {
        this.jdbc = jdbc;
        this.template = template;
        this.settings = settings;
    }

    /** Lets one collection through at a time, over all replicas, until the end of the transaction. */
    void takeTurns() {
        jdbc.sql("SELECT pg_advisory_xact_lock(hashtext('sla-collection'))::text")
                .query()
                .listOfRows();
    }

    Watermark watermark() {
        return jdbc.sql("""
                SELECT seen_xid::text, nullif(collected_at, '-infinity'), nullif(refreshed_at, '-infinity'), judged_by
                FROM sla_watermarks WHERE source = 'collection'
                """)
                .query((row, n) -> new Watermark(row.getString(1), instant(row, 2), instant(row, 3), row.getString(4)))
                .single();
    }

    private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        Timestamp at = row.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }

    /** The oldest transaction that may still be running: everything from it on has to be looked at next time. */
    String oldestRunning() {
        return jdbc.sql("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
                .query(String.class)
                .single();
    }

    void saveWatermark(String seenXid, Instant at, boolean everybody) {
        jdbc.sql("""
                UPDATE sla_watermarks SET seen_xid = :seen::xid8, collected_at = :at, judged_by = :judged,
                  refreshed_at = CASE WHEN :everybody THEN :at ELSE refreshed_at END
                WHERE source = 'collection'
                """)
                .param("seen", seenXid)
                .param("at", Timestamp.from(at))
                .param("judged", settings.judgedBy())
                .param("everybody", everybody)
                .update();
    }

    /**
     * Writes rows of an instant, all or none of them.
     *
     * @param everybody whether all series are written: what is not among them is forgotten
     */
    void write(Instant now, boolean everybody, Writing writing) {
        if (everybody) {
            jdbc.sql("DELETE FROM sla_current").update();
        }
        template.execute((Connection connection) -> {
            try (MetricRows rows = new MetricRows(connection, now, settings::threshold, everybody)) {
                writing.to(rows);
                rows.finish();
            }
            return null;
        });
    }

    /** Forgets values that nothing stands behind any more: no data is no row. */
    void forgetGone() {
        jdbc.sql("""
                DELETE FROM sla_current c USING miners m WHERE m.miner_id = c.miner_id AND m.enrollment = 'REMOVED'
                """).update();
        jdbc.sql("""
                DELETE FROM sla_current WHERE miner_id = '' AND NOT EXISTS (SELECT 1 FROM miners WHERE enrollment = 'APPROVED')
                """).update();
    }

    /** Forgets a miner's uptime. */
    void forgetUptime(String minerId) {
        jdbc.sql("DELETE FROM sla_current WHERE miner_id = :miner AND metric_type = 'uptime_pct'")
                .param("miner", minerId)
                .update();
    }

    /**
     * The lowest uptime that a miner had at any instant of [from, to], by today's knowledge; empty when nothing is known.
     * Between two instants at which an interval enters or leaves the window it only rises or only falls, so these suffice.
     */
    Optional<Double> lowestUptime(String minerId, Instant from, Instant to) {
        return jdbc.sql("""
                WITH near AS (
                  SELECT state, started_at, ended_at FROM miner_state_intervals
                  WHERE miner_id = :miner AND started_at < :to
                    AND (ended_at IS NULL OR ended_at > :from::timestamptz - interval '24 hours')
                ), agreed AS (
                  SELECT coalesce(range_agg(tstzrange(started_at, ended_at)), '{}') AS ranges FROM near
                  WHERE state = 'MAINTENANCE'
                ), instants AS (
                  SELECT :from::timestamptz AS t UNION SELECT :to::timestamptz
                  UNION SELECT t FROM near, LATERAL (VALUES (started_at), (ended_at), (started_at + interval '24 hours'),
                                                            (ended_at + interval '24 hours')) AS v (t)
                  WHERE t > :from AND t < :to
                )
                SELECT min(u.value) FROM instants, LATERAL (
                  SELECT 100 * coalesce(sum(s) FILTER (WHERE state = 'UP'), 0) / sum(s) AS value FROM (
                    SELECT state, extract(epoch FROM upper(x) - lower(x))::float8 AS s
                    FROM near, agreed, LATERAL unnest(tstzmultirange(tstzrange(greatest(started_at, t - interval '24 hours'),
                                                                               least(coalesce(ended_at, t), t))) - ranges) AS x
                    WHERE state IN ('UP', 'DEGRADED', 'DOWN') AND started_at < t
                      AND (ended_at IS NULL OR ended_at > t - interval '24 hours')) known) u
                """)
                .param("miner", minerId)
                .param("from", Timestamp.from(from))
                .param("to", Timestamp.from(to))
                .query((row, n) -> Optional.ofNullable(row.getObject(1, Double.class)))
                .single();
    }

    Optional<Capacity> capacity() {
        return jdbc.sql("""
                SELECT (m.metadata ->> 'total_miners')::int, (m.metadata ->> 'active_miners')::int, c.metric_value
                FROM sla_current c JOIN sla_metrics m ON m.id = c.metric_id AND m.timestamp = c.recorded_at
                WHERE c.miner_id = '' AND c.metric_type = 'capacity_availability_pct'
                """)
                .query((row, n) -> new Capacity(row.getInt(1), row.getInt(2), row.getDouble(3)))
                .optional();
    }

    int enrolledMiners() {
        return jdbc.sql("SELECT count(*) FROM miners WHERE enrollment <> 'REMOVED'")
                .query(Integer.class)
                .single();
    }

    List<Metric> current(int limit) {
        return jdbc.sql("""
                SELECT m.id, m.miner_id, m.metric_type, m.metric_value, m.threshold, m.is_violation, m.timestamp,
                       m.metadata::text
                FROM (SELECT * FROM sla_current ORDER BY miner_id, metric_type LIMIT :limit) c
                  JOIN sla_metrics m ON m.id = c.metric_id AND m.timestamp = c.recorded_at
                ORDER BY c.miner_id, c.metric_type
                """).param("limit", limit).query(Metric.ROW).list();
    }
}
