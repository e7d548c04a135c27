package io.aitbc.poolhub.sla;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** The miners' episodes that the coordinator does not have yet, or not as what they are now. */
@Repository
class EpisodeOutbox {

    private static final int LONGEST_ERROR = 500;

    /** The coordinator's word on an episode as it was sent; an error when it was refused. */
    record Verdict(ClosedEpisode sent, @Nullable String error) {}

    private final JdbcTemplate jdbc;

    EpisodeOutbox(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * The oldest first. An uptime is of the 24 hours before each instant of its episode, so what lies behind it is what the
     * miner was from a day before the begin to the end.
     */
    @Transactional(readOnly = true)
    public List<ClosedEpisode> unreported(Instant now, int limit) {
        return jdbc.query(
                """
                SELECT v.*, CASE WHEN violation_type = 'uptime_pct' THEN (
                  SELECT json_build_object(
                           'measured_from', to_char(v.created_at AT TIME ZONE 'UTC' - interval '24 hours', %1$s),
                           'measured_to', to_char(v.resolved_at AT TIME ZONE 'UTC', %1$s),
                           'down_seconds', coalesce(round(extract(epoch FROM sum(b - a))), 0),
                           'outages', coalesce(json_agg(json_build_object('state', state,
                               'from', to_char(a AT TIME ZONE 'UTC', %1$s), 'to', to_char(b AT TIME ZONE 'UTC', %1$s))
                               ORDER BY a) FILTER (WHERE n <= 100), '[]'))
                  FROM (SELECT i.state, lower(x) AS a, upper(x) AS b, row_number() OVER (ORDER BY lower(x)) AS n
                          FROM miner_state_intervals i, unnest(
                                 tstzmultirange(tstzrange(greatest(i.started_at, v.created_at - interval '24 hours'),
                                                          least(coalesce(i.ended_at, v.resolved_at), v.resolved_at)))
                                 - coalesce((SELECT range_agg(tstzrange(m.started_at, m.ended_at))
                                               FROM miner_state_intervals m
                                              WHERE m.miner_id = v.miner_id AND m.state = 'MAINTENANCE'), '{}')) AS x
                         WHERE i.miner_id = v.miner_id AND i.state IN ('DOWN', 'DEGRADED')
                           AND i.started_at < v.resolved_at
                           AND (i.ended_at IS NULL OR i.ended_at > v.created_at - interval '24 hours')) AS outage)
                END::text AS evidence
                  FROM sla_violations v
                 WHERE resolved_at IS NOT NULL AND miner_id IS NOT NULL AND status IS DISTINCT FROM reported_status
                   AND report_again_at <= ?
                 ORDER BY resolved_at, id LIMIT ?
                """.formatted("'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'"), ClosedEpisode.ROW, Timestamp.from(now), limit);
    }

    /** What was taken is reported as what it was when it was sent; what was refused is tried again later. */
    @Transactional
    public void settle(List<Verdict> verdicts, Instant now, Instant later) {
        jdbc.batchUpdate("""
                UPDATE sla_violations
                   SET reported_status = CASE WHEN ?::text IS NULL THEN ? ELSE reported_status END,
                       reported_at = CASE WHEN ?::text IS NULL THEN ?::timestamptz ELSE reported_at END,
                       report_error = ?,
                       report_again_at = CASE WHEN ?::text IS NULL THEN '-infinity' ELSE ?::timestamptz END
                 WHERE id = ?
                """, verdicts, 500, (statement, verdict) -> {
            String error = shortened(verdict.error());
            statement.setString(1, error);
            statement.setString(2, verdict.sent().status());
            statement.setString(3, error);
            statement.setTimestamp(4, Timestamp.from(now));
            statement.setString(5, error);
            statement.setString(6, error);
            statement.setTimestamp(7, Timestamp.from(later));
            statement.setObject(8, verdict.sent().episodeId(), java.sql.Types.OTHER);
        });
    }

    private static @Nullable String shortened(@Nullable String error) {
        if (error == null) {
            return null;
        }
        String clean = error.replaceAll("[\\x00\\p{Cs}]", "?");
        return clean.length() <= LONGEST_ERROR ? clean : clean.substring(0, LONGEST_ERROR);
    }
}
