package io.aitbc.poolhub.match;

import com.github.f4b6a3.uuid.UuidCreator;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** How work ended, and the trust that follows from it. */
@Repository
class Outcomes {

    private final JdbcClient jdbc;

    Outcomes(JdbcClient jdbc) {
        this.jdbc = jdbc;
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
                ON CONFLICT (job_id, miner_id) DO NOTHING
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

    Trust trustForChange(String minerId) {
        jdbc.sql("INSERT INTO miner_trust (miner_id, updated_at) VALUES (:id, now()) ON CONFLICT DO NOTHING")
                .param("id", minerId)
                .update();
        return jdbc.sql("SELECT successes, failures, updated_at FROM miner_trust WHERE miner_id = :id FOR UPDATE")
                .param("id", minerId)
                .query((row, n) -> new Trust(
                        row.getDouble(1), row.getDouble(2), row.getTimestamp(3).toInstant()))
                .single();
    }

    void save(String minerId, Trust trust, Instant now) {
        jdbc.sql("UPDATE miner_trust SET successes = :s, failures = :f, updated_at = :now WHERE miner_id = :id")
                .param("s", trust.successes())
                .param("f", trust.failures())
                .param("now", Timestamp.from(now))
                .param("id", minerId)
                .update();
    }

    /** The database keeps microseconds. */
    private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
        return instant == null ? null : instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }
}
