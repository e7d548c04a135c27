package io.aitbc.poolhub.sla;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Measures and keeps what the service levels are. */
@Repository
class Metrics {

    static final Duration UPTIME_WINDOW = Duration.ofHours(24);
    /** A series gets a row at least this often, so that no hour is without one. */
    static final Duration REFRESH = Duration.ofMinutes(55);

    /** Where the last collection stood. */
    record Watermark(String seenXid, @Nullable Instant collectedAt) {}

    /** How many are up and not busy. */
    record Capacity(int totalMiners, int activeMiners, double capacityAvailabilityPct) {}

    private final JdbcClient jdbc;
    private final SlaSettings settings;

    Metrics(JdbcClient jdbc, SlaSettings settings) {
        this.jdbc = jdbc;
        this.settings = settings;
    }

    /** Lets one collection through at a time, over all replicas, until the end of the transaction. */
    void takeTurns() {
        jdbc.sql("SELECT pg_advisory_xact_lock(hashtext('sla-collection'))::text")
                .query()
                .listOfRows();
    }

    Watermark watermark() {
        return jdbc.sql(
                        "SELECT seen_xid::text, nullif(collected_at, '-infinity') FROM sla_watermarks WHERE source = 'collection'")
                .query((row, n) -> {
                    Timestamp at = row.getTimestamp(2);
                    return new Watermark(row.getString(1), at == null ? null : at.toInstant());
                })
                .single();
    }

    /** The oldest transaction that may still be running: everything from it on has to be looked at next time. */
    String oldestRunning() {
        return jdbc.sql("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
                .query(String.class)
                .single();
    }

    void saveWatermark(String seenXid, Instant at) {
        jdbc.sql("UPDATE sla_watermarks SET seen_xid = :seen::xid8, collected_at = :at WHERE source = 'collection'")
                .param("seen", seenXid)
                .param("at", Timestamp.from(at))
                .update();
    }

    /** Measures all that is due and writes the news. */
    int record(String measure, Instant now, Watermark mark, @Nullable String only) {
        Instant previous = mark.collectedAt() == null ? now : mark.collectedAt();
        return jdbc.sql(Measures.RECORD.formatted(measure))
                .param("now", Timestamp.from(now))
                .param("from", Timestamp.from(now.minus(UPTIME_WINDOW)))
                .param("previous", Timestamp.from(previous))
                .param("seen", mark.seenXid())
                .param("stale", Timestamp.from(now.minus(REFRESH)))
                .param("first", mark.collectedAt() == null)
                .param("only", only)
                .param("p95", settings.responseTimeStatistic().equals("p95"))
                .param("uptime", settings.uptimeThreshold())
                .param("response", settings.responseTimeThreshold())
                .param("completion", settings.completionRateThreshold())
                .param("capacity", settings.capacityThreshold())
                .update();
    }

    /**
     * Forgets values that nothing stands behind any more: no data is no row. Whatever is older than the refresh was due in
     * this collection; when it was not written anew, nothing was found for it.
     */
    void forgetSilent(Instant now) {
        jdbc.sql("""
                DELETE FROM sla_current c WHERE recorded_at < :stale
                   OR (miner_id <> '' AND EXISTS (SELECT 1 FROM miners m WHERE m.miner_id = c.miner_id
                                                  AND m.enrollment = 'REMOVED'))
                   OR (miner_id = '' AND NOT EXISTS (SELECT 1 FROM miners WHERE enrollment = 'APPROVED'))
                """).param("stale", Timestamp.from(now.minus(REFRESH))).update();
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

    /** What a miner's uptime is at an instant, by today's knowledge; empty when nothing is known of that day. */
    Optional<Double> uptimeAt(String minerId, Instant at) {
        return jdbc.sql("SELECT value FROM (" + Measures.UPTIME + ") u")
                .param("now", Timestamp.from(at))
                .param("from", Timestamp.from(at.minus(UPTIME_WINDOW)))
                .param("previous", Timestamp.from(at))
                .param("seen", "0")
                .param("stale", Timestamp.from(at))
                .param("first", false)
                .param("only", minerId)
                .param("uptime", settings.uptimeThreshold())
                .query(Double.class)
                .optional();
    }

    Optional<Capacity> capacity() {
        return jdbc.sql("""
                SELECT (metadata ->> 'total_miners')::int, (metadata ->> 'active_miners')::int, metric_value FROM sla_current
                WHERE miner_id = '' AND metric_type = 'capacity_availability_pct'
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
                SELECT metric_id, nullif(miner_id, ''), metric_type, metric_value, threshold, is_violation, recorded_at,
                       metadata::text
                FROM sla_current ORDER BY miner_id, metric_type LIMIT :limit
                """).param("limit", limit).query(Metric.ROW).list();
    }
}
