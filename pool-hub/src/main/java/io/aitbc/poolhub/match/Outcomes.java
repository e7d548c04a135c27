package io.aitbc.poolhub.match;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** How work ended, and the trust that follows from it. */
@Repository
class Outcomes {

    /** How a piece of work ended, and when that was. */
    record Ended(String minerId, boolean completed, Instant at) {}

    private final JdbcClient jdbc;
    private final JdbcTemplate template;

    Outcomes(JdbcClient jdbc, JdbcTemplate template) {
        this.jdbc = jdbc;
        this.template = template;
    }

    /** Whether a job is one of the pool's own, whose outcome and usage come from its miner's word. */
    boolean isPoolJob(String jobId) {
        return jdbc.sql("SELECT EXISTS (SELECT 1 FROM jobs WHERE job_id = :id)")
                .param("id", jobId)
                .query(Boolean.class)
                .single();
    }

    boolean minerExists(String minerId) {
        return jdbc.sql("SELECT EXISTS (SELECT 1 FROM miners WHERE miner_id = :id)")
                .param("id", minerId)
                .query(Boolean.class)
                .single();
    }

    /** False when the job's outcome on this miner is known already. */
    boolean insert(FeedbackRequest report, Instant now) {
        return jdbc.sql("""
                INSERT INTO job_outcomes (id, job_id, miner_id, tenant_id, outcome, latency_ms, fail_code, gpu_count,
                                          started_at, finished_at, recorded_at)
                VALUES (:id, :job, :miner, :tenant, :outcome, :latency, :code, :gpus, :started, :finished, :now)
                ON CONFLICT (job_id, miner_id, attempt) DO NOTHING
                """)
                        .param("id", UuidCreator.getTimeOrderedEpoch())
                        .param("job", report.jobId())
                        .param("miner", report.minerId())
                        .param("tenant", report.tenantId())
                        .param(
                                "outcome",
                                Objects.requireNonNull(report.outcome()).stored())
                        .param("latency", report.latencyMs())
                        .param("code", report.failCode())
                        .param("gpus", report.gpuCount())
                        .param("started", utc(report.startedAt()))
                        .param("finished", utc(report.finishedAt()))
                        .param("now", utc(now))
                        .update()
                == 1;
    }

    /** Whether what is known says the same. */
    boolean isSame(FeedbackRequest report) {
        return jdbc.sql("""
                SELECT outcome = :outcome AND tenant_id IS NOT DISTINCT FROM :tenant::text
                   AND gpu_count IS NOT DISTINCT FROM :gpus::int AND started_at IS NOT DISTINCT FROM :started::timestamptz
                   AND finished_at IS NOT DISTINCT FROM :finished::timestamptz
                FROM job_outcomes WHERE job_id = :job AND miner_id = :miner
                """)
                .param("job", report.jobId())
                .param("miner", report.minerId())
                .param("outcome", Objects.requireNonNull(report.outcome()).stored())
                .param("tenant", report.tenantId())
                .param("gpus", report.gpuCount())
                .param("started", utc(report.startedAt()))
                .param("finished", utc(report.finishedAt()))
                .query(Boolean.class)
                .single();
    }

    /** How these outcomes ended, oldest first. */
    List<Ended> ended(Collection<UUID> ids) {
        return template.query(
                """
                SELECT miner_id, outcome = 'completed', recorded_at FROM job_outcomes WHERE id = ANY (?)
                ORDER BY recorded_at, id
                """,
                statement -> statement.setArray(1, statement.getConnection().createArrayOf("uuid", ids.toArray())),
                (row, n) -> new Ended(
                        row.getString(1), row.getBoolean(2), row.getTimestamp(3).toInstant()));
    }

    /** What is known of these miners, which nobody else changes until the end of the transaction. */
    Map<String, Trust> trustForChange(Collection<String> minerIds, Instant now) {
        String[] inOrder = minerIds.stream().distinct().sorted().toArray(String[]::new);
        template.update("""
                INSERT INTO miner_trust (miner_id, updated_at) SELECT id, ? FROM unnest(?::text[]) AS id
                ON CONFLICT DO NOTHING
                """, utc(now), inOrder);
        Map<String, Trust> known = new TreeMap<>();
        template.query(
                """
                SELECT miner_id, successes, failures, updated_at FROM miner_trust WHERE miner_id = ANY (?)
                ORDER BY miner_id FOR UPDATE
                """,
                row -> {
                    known.put(
                            row.getString(1),
                            new Trust(
                                    row.getDouble(2),
                                    row.getDouble(3),
                                    row.getTimestamp(4).toInstant()));
                },
                (Object) inOrder);
        return known;
    }

    void save(Map<String, Trust> known) {
        List<Map.Entry<String, Trust>> rows = List.copyOf(known.entrySet());
        template.update(connection -> {
            var statement = connection.prepareStatement("""
                    UPDATE miner_trust t SET successes = n.successes, failures = n.failures, updated_at = n.at
                    FROM unnest(?::text[], ?::float8[], ?::float8[], ?::timestamptz[]) AS n (miner_id, successes, failures, at)
                    WHERE t.miner_id = n.miner_id
                    """);
            statement.setArray(1, connection.createArrayOf("text", column(rows, Map.Entry::getKey)));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "float8", column(rows, r -> r.getValue().successes())));
            statement.setArray(
                    3,
                    connection.createArrayOf(
                            "float8", column(rows, r -> r.getValue().failures())));
            statement.setArray(
                    4,
                    connection.createArrayOf(
                            "timestamptz", column(rows, r -> utc(r.getValue().at()))));
            return statement;
        });
    }

    private static Object[] column(
            List<Map.Entry<String, Trust>> rows, Function<Map.Entry<String, Trust>, @Nullable Object> of) {
        return rows.stream().map(of).toArray();
    }

    /** The database keeps microseconds. */
    private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
        return instant == null ? null : instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }
}
