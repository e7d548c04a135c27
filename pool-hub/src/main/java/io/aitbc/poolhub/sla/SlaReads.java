package io.aitbc.poolhub.sla;

import io.aitbc.service.web.Page;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Lists of measurements and episodes, newest first. */
@Repository
class SlaReads {

    /** What was seen last in a list. */
    record Place(Instant at, UUID id) {
        static final Instant LAST = Instant.parse("9999-01-01T00:00:00Z");
        static final Place START = new Place(LAST, new UUID(-1L, -1L));

        Place {
            if (at.isBefore(Instant.EPOCH) || at.isAfter(LAST)) {
                throw new IllegalArgumentException("there are no rows at " + at);
            }
        }
    }

    /** What a list of episodes is narrowed to; null does not narrow. */
    record EpisodeFilter(
            @Nullable Boolean resolved,
            @Nullable String minerId,
            @Nullable String severity,
            @Nullable Instant from,
            @Nullable Instant to) {}

    /** How many episodes are open, by severity, and how many rows were written lately. */
    record Counts(int critical, int high, int recentMetrics) {}

    private final JdbcClient jdbc;

    SlaReads(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Page<Metric> metrics(@Nullable String minerId, @Nullable String type, Instant since, Place after, int limit) {
        List<Metric> found = jdbc.sql("""
                SELECT id, miner_id, metric_type, metric_value, threshold, is_violation, timestamp, metadata::text
                FROM sla_metrics
                WHERE timestamp >= :since AND (:miner::text IS NULL OR miner_id = :miner)
                  AND (:type::text IS NULL OR metric_type = :type) AND (timestamp, id) < (:at, :id)
                ORDER BY timestamp DESC, id DESC LIMIT :limit
                """)
                .param("since", Timestamp.from(since))
                .param("miner", minerId)
                .param("type", type)
                .param("at", Timestamp.from(after.at()))
                .param("id", after.id())
                .param("limit", limit + 1)
                .query(Metric.ROW)
                .list();
        boolean more = found.size() > limit;
        return new Page<>(more ? found.subList(0, limit) : found, more ? "more" : null);
    }

    Page<Violation> violations(EpisodeFilter filter, Place after, int limit) {
        List<Violation> found = jdbc.sql("SELECT " + Violation.COLUMNS + """
                         FROM sla_violations
                        WHERE (:resolved::boolean IS NULL OR (resolved_at IS NOT NULL) = :resolved)
                          AND (:miner::text IS NULL OR miner_id = :miner)
                          AND (:severity::text IS NULL OR severity = :severity)
                          AND (:from::timestamptz IS NULL OR created_at >= :from)
                          AND (:to::timestamptz IS NULL OR created_at < :to)
                          AND (created_at, id) < (:at, :id)
                        ORDER BY created_at DESC, id DESC LIMIT :limit
                        """)
                .param("resolved", filter.resolved())
                .param("miner", filter.minerId())
                .param("severity", filter.severity())
                .param("from", filter.from() == null ? null : Timestamp.from(filter.from()))
                .param("to", filter.to() == null ? null : Timestamp.from(filter.to()))
                .param("at", Timestamp.from(after.at()))
                .param("id", after.id())
                .param("limit", limit + 1)
                .query(Violation.ROW)
                .list();
        boolean more = found.size() > limit;
        return new Page<>(more ? found.subList(0, limit) : found, more ? "more" : null);
    }

    Counts counts(Instant since) {
        return jdbc.sql("""
                SELECT (SELECT count(*) FROM sla_violations WHERE resolved_at IS NULL AND severity = 'critical'),
                       (SELECT count(*) FROM sla_violations WHERE resolved_at IS NULL AND severity <> 'critical'),
                       (SELECT count(*) FROM sla_metrics WHERE timestamp >= :since)
                """)
                .param("since", Timestamp.from(since))
                .query((row, n) -> new Counts(row.getInt(1), row.getInt(2), row.getInt(3)))
                .single();
    }

    boolean minerExists(String minerId) {
        return jdbc.sql("SELECT EXISTS (SELECT 1 FROM miners WHERE miner_id = :id)")
                .param("id", minerId)
                .query(Boolean.class)
                .single();
    }
}
