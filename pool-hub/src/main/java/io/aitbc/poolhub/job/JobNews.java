package io.aitbc.poolhub.job;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * What the coordinator is to be told of the jobs that it submitted. The rows themselves are written by the database whenever a
 * job changes its state, so that no change goes untold.
 */
@Repository
class JobNews {

    /**
     * One change of a job.
     *
     * @param revision rises with each change of the job
     * @param startedAt when it first began to run
     * @param used what it has used in all, by resource, JSON; with its end only
     */
    record Item(
            long revision,
            UUID eventId,
            String source,
            String jobId,
            String state,
            Instant at,
            int attempt,
            @Nullable String minerId,
            @Nullable Instant startedAt,
            @Nullable String failCode,
            @Nullable String cause,
            @JsonRawValue @Nullable String used) {}

    private final JdbcClient jdbc;

    JobNews(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Takes what waits, for the rest of the transaction; what another replica is sending is passed over. */
    List<Item> claim(String source, int limit) {
        return jdbc.sql("""
                SELECT n.*, a.miner_id, coalesce(n.at, CASE n.state WHEN 'RUNNING' THEN a.started_at END, a.assigned_at,
                           j.submitted_at) AS told_at,
                       CASE WHEN n.state IN ('COMPLETED', 'FAILED', 'CANCELLED') THEN (
                           SELECT coalesce(jsonb_object_agg(u.resource_type, u.quantity), '{}')::text FROM (
                               SELECT resource_type, sum(quantity) AS quantity FROM usage_events
                               WHERE job_id = n.job_id AND state <> 'NOT_BILLED' GROUP BY resource_type) AS u) END AS used
                FROM job_news n JOIN jobs j ON j.job_id = n.job_id
                LEFT JOIN job_attempts a ON a.job_id = n.job_id AND a.attempt = n.attempt
                WHERE n.acknowledged_at IS NULL ORDER BY n.revision LIMIT :limit FOR UPDATE OF n SKIP LOCKED
                """)
                .param("limit", limit)
                .query((row, n) -> item(row, source))
                .list();
    }

    /** The coordinator has them, or will never take them, for the reason given. */
    void settle(List<Item> items, Map<UUID, String> refused, Instant now) {
        jdbc.sql("""
                UPDATE job_news n SET acknowledged_at = :now, refused = g.reason
                FROM unnest(:ids::uuid[], :reasons::text[]) AS g (event_id, reason) WHERE n.event_id = g.event_id
                """)
                .param("now", Timestamp.from(now))
                .param("ids", items.stream().map(Item::eventId).toArray(UUID[]::new))
                .param(
                        "reasons",
                        items.stream().map(item -> refused.get(item.eventId())).toArray(String[]::new))
                .update();
    }

    /** Drops what was acknowledged before an instant. Answers how many. */
    int forget(Instant before) {
        return jdbc.sql("DELETE FROM job_news WHERE acknowledged_at < :before")
                .param("before", Timestamp.from(before))
                .update();
    }

    private static Item item(ResultSet row, String source) throws SQLException {
        return new Item(
                row.getLong("revision"),
                row.getObject("event_id", UUID.class),
                source,
                row.getString("job_id"),
                row.getString("state"),
                row.getTimestamp("told_at").toInstant(),
                row.getInt("attempt"),
                row.getString("miner_id"),
                Attempts.instant(row, "started_at"),
                row.getString("fail_code"),
                row.getString("cause"),
                row.getString("used"));
    }
}
