package io.aitbc.poolhub.sla;

import io.aitbc.service.web.Page;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Lists of measurements and episodes, newest first. */
@Repository
public class SlaReads {

    /** What was seen last in a list. */
    public record Place(Instant at, UUID id) {
        static final Instant LAST = Instant.parse("9999-01-01T00:00:00Z");
        public static final Place START = new Place(LAST, new UUID(-1L, -1L));

        public Place {
            if (at.isBefore(Instant.EPOCH) || at.isAfter(LAST)) {
                throw new IllegalArgumentException("there are no rows at " + at);
            }
        }
    }

    /** What a list of episodes is narrowed to; null does not narrow. */
    public record EpisodeFilter(
            @Nullable Boolean resolved,
            @Nullable String minerId,
            @Nullable String severity,
            @Nullable Instant from,
            @Nullable Instant to) {}

    /** How many episodes are open, by severity. */
    public record Open(int critical, int high) {

        /** {@code critical} (an open critical), {@code degraded} (an open high) or {@code healthy}. */
        public String status() {
            return critical > 0 ? "critical" : high > 0 ? "degraded" : "healthy";
        }
    }

    /** What was measured within an hour. */
    public record Hour(Instant hour, double minimum, double maximum) {}

    /** The latest value of a service level. */
    public record Current(String metricType, double value, double threshold, boolean isViolation, Instant at) {}

    private final JdbcClient jdbc;

    SlaReads(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Measurements since an instant, newest first; there are more where {@code next} is not null. */
    public Page<Metric> metrics(
            @Nullable String minerId, @Nullable String type, Instant since, Place after, int limit) {
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

    /** The lowest and the highest measurement of each hour since, oldest first; the latest hours may not be summed up yet. */
    public List<Hour> hours(String minerId, String type, Instant since) {
        return jdbc.sql("""
                SELECT hour, minimum, maximum FROM sla_metrics_hourly
                WHERE miner_id = :miner AND metric_type = :type AND hour >= :since ORDER BY hour
                """)
                .param("miner", minerId)
                .param("type", type)
                .param("since", Timestamp.from(since))
                .query((row, n) -> new Hour(row.getTimestamp(1).toInstant(), row.getDouble(2), row.getDouble(3)))
                .list();
    }

    /** Episodes, newest first; there are more where {@code next} is not null. */
    public Page<Violation> violations(EpisodeFilter filter, Place after, int limit) {
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

    /** The latest values of these miners, by their ids. */
    public Map<String, List<Current>> current(Collection<String> minerIds) {
        Map<String, List<Current>> current = new HashMap<>();
        jdbc.sql("""
                SELECT miner_id, metric_type, metric_value, threshold, is_violation, recorded_at FROM sla_current
                WHERE miner_id = ANY (:miners) ORDER BY metric_type DESC
                """).param("miners", minerIds.toArray(new String[0])).query(row -> {
            current.computeIfAbsent(row.getString(1), id -> new ArrayList<>())
                    .add(new Current(
                            row.getString(2),
                            row.getDouble(3),
                            row.getDouble(4),
                            row.getBoolean(5),
                            row.getTimestamp(6).toInstant()));
        });
        return current;
    }

    /** When all service levels were collected last; empty before the first time. */
    public Optional<Instant> lastCollected() {
        return jdbc.sql(
                        "SELECT collected_at FROM sla_watermarks WHERE source = 'collection' AND collected_at > '-infinity'")
                .query((row, n) -> row.getTimestamp(1).toInstant())
                .optional();
    }

    /** How many episodes are open now. */
    public Open open() {
        return jdbc.sql("""
                SELECT count(*) FILTER (WHERE severity = 'critical'), count(*) FILTER (WHERE severity <> 'critical')
                FROM sla_violations WHERE resolved_at IS NULL
                """)
                .query((row, n) -> new Open(row.getInt(1), row.getInt(2)))
                .single();
    }

    /** How many measurements were written since. It counts them all: millions of a large pool's hour. */
    public int measuredSince(Instant since) {
        return jdbc.sql("SELECT count(*) FROM sla_metrics WHERE timestamp >= :since")
                .param("since", Timestamp.from(since))
                .query(Integer.class)
                .single();
    }

    boolean minerExists(String minerId) {
        return jdbc.sql("SELECT EXISTS (SELECT 1 FROM miners WHERE miner_id = :id)")
                .param("id", minerId)
                .query(Boolean.class)
                .single();
    }
}
