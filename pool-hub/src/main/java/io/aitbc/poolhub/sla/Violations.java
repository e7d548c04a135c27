package io.aitbc.poolhub.sla;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Episodes: opened, worsened, resolved or excused; one open per miner and metric. */
@Repository
class Violations {

    /** An episode that has just begun. */
    record Opened(String violationType, String severity) {}

    private final JdbcClient jdbc;

    Violations(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Opens an episode for each series that is out of its level and has none yet. */
    List<Opened> open(Instant now) {
        return jdbc.sql("""
                INSERT INTO sla_violations (id, miner_id, violation_type, severity, metric_value, threshold, created_at, metadata)
                SELECT uuid_v7(:now::timestamptz), nullif(miner_id, ''), metric_type, severity, metric_value, threshold, :now,
                       coalesce((SELECT metadata FROM sla_metrics m WHERE m.id = c.metric_id AND m.timestamp = c.recorded_at),
                                '{}')
                FROM sla_current c
                WHERE c.is_violation AND NOT EXISTS (
                  SELECT 1 FROM sla_violations v WHERE coalesce(v.miner_id, '') = c.miner_id AND v.violation_type = c.metric_type
                    AND v.resolved_at IS NULL)
                ON CONFLICT (coalesce(miner_id, ''), violation_type) WHERE resolved_at IS NULL DO NOTHING
                RETURNING violation_type, severity
                """)
                .param("now", Timestamp.from(now))
                .query((row, n) -> new Opened(row.getString(1), row.getString(2)))
                .list();
    }

    /** Raises what became worse; nothing is ever lowered while an episode lasts. */
    void worsen(Instant now) {
        jdbc.sql("""
                UPDATE sla_violations v
                SET severity = CASE WHEN 'critical' IN (v.severity, c.severity) THEN 'critical' ELSE v.severity END,
                    metric_value = CASE WHEN v.violation_type = 'response_time_ms' THEN greatest(v.metric_value, c.metric_value)
                                        ELSE least(v.metric_value, c.metric_value) END
                FROM sla_current c
                WHERE v.resolved_at IS NULL AND c.miner_id = coalesce(v.miner_id, '') AND c.metric_type = v.violation_type
                  AND c.recorded_at = :now AND c.is_violation
                """).param("now", Timestamp.from(now)).update();
    }

    /** Ends the episodes whose series is within its level again, and those of miners that are gone. */
    int resolve(Instant now) {
        return jdbc.sql("""
                UPDATE sla_violations v
                SET resolved_at = :now, status = 'RESOLVED',
                    violation_duration_ms = (extract(epoch FROM :now::timestamptz - v.created_at) * 1000)::bigint
                WHERE v.resolved_at IS NULL
                  AND coalesce((SELECT NOT c.is_violation FROM sla_current c
                                WHERE c.miner_id = coalesce(v.miner_id, '') AND c.metric_type = v.violation_type),
                               EXISTS (SELECT 1 FROM miners m WHERE m.miner_id = v.miner_id AND m.enrollment = 'REMOVED'))
                """).param("now", Timestamp.from(now)).update();
    }

    /** The uptime episodes of a miner whose day of measurement touches [start, end) and that are not excused yet. */
    List<Violation> uptimeEpisodes(String minerId, Instant start, Instant end) {
        return jdbc.sql("SELECT " + Violation.COLUMNS + """
                         FROM sla_violations WHERE miner_id = :miner AND violation_type = 'uptime_pct' AND status <> 'EXCUSED'
                          AND created_at - interval '24 hours' < :end AND coalesce(resolved_at, 'infinity') > :start
                        """)
                .param("miner", minerId)
                .param("start", Timestamp.from(start))
                .param("end", Timestamp.from(end))
                .query(Violation.ROW)
                .list();
    }

    /** Excuses an episode; what was measured stays as it was. */
    void excuse(UUID id, Instant now, String reason, String actor) {
        jdbc.sql("""
                UPDATE sla_violations
                SET status = 'EXCUSED', excused_at = :now, excused_by = :actor, excuse_reason = :reason,
                    violation_duration_ms = coalesce(violation_duration_ms,
                                                     (extract(epoch FROM :now::timestamptz - created_at) * 1000)::bigint),
                    resolved_at = coalesce(resolved_at, :now)
                WHERE id = :id
                """)
                .param("now", Timestamp.from(now))
                .param("actor", actor)
                .param("reason", reason)
                .param("id", id)
                .update();
    }
}
