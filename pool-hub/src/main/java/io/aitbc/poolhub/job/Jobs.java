package io.aitbc.poolhub.job;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Jobs in the database. */
@Repository
public class Jobs {

    /** Which jobs are asked for; empty or null for any. */
    public record Filter(
            Set<JobState> states,
            @Nullable String tenantId,
            @Nullable String minerId) {}

    private final JdbcTemplate jdbc;

    Jobs(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * False when there is one of that name.
     *
     * @param tell whether the coordinator is to be told of its changes
     */
    boolean insert(Job job, String digest, String submittedBy, boolean tell) {
        return jdbc.update(
                        """
                        INSERT INTO jobs (job_id, tenant_id, gpu_count, min_vram_gb, gpu_name, region, capabilities, max_price,
                                          priority, preemptible, max_duration_s, expected_s, max_attempts, spec, digest, state,
                                          submitted_at, queued_at, traceparent, submitted_by, tell)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, 'QUEUED', ?, ?, ?, ?, ?)
                        ON CONFLICT (job_id) DO NOTHING
                        """,
                        job.jobId(),
                        job.tenantId(),
                        job.gpuCount(),
                        job.minVramGb(),
                        job.gpuName(),
                        job.region(),
                        job.capabilities().toArray(new String[0]),
                        job.maxPrice(),
                        job.priority(),
                        job.preemptible(),
                        job.maxDurationS(),
                        job.expectedS(),
                        job.maxAttempts(),
                        job.spec(),
                        digest,
                        Timestamp.from(job.submittedAt()),
                        Timestamp.from(job.submittedAt()),
                        job.traceparent(),
                        submittedBy,
                        tell)
                == 1;
    }

    String digest(String jobId) {
        return String.valueOf(jdbc.queryForObject("SELECT digest FROM jobs WHERE job_id = ?", String.class, jobId));
    }

    Optional<Job> find(String jobId) {
        return jdbc.query("SELECT * FROM jobs WHERE job_id = ?", (row, n) -> job(row), jobId).stream()
                .findFirst();
    }

    /** The job, which nobody else changes until the end of the transaction. */
    Optional<Job> lock(String jobId) {
        return jdbc.query("SELECT * FROM jobs WHERE job_id = ? FOR UPDATE", (row, n) -> job(row), jobId).stream()
                .findFirst();
    }

    /** Those that wait, in the order of priority and age, as many as one pass may look at. */
    List<Job> queued(Instant now, int most) {
        return jdbc.query(
                "SELECT * FROM jobs WHERE state = 'QUEUED'"
                        // Who was lost is not tried again at once, and each time after a longer while.
                        + " AND (lost = 0 OR queued_at + least(300, power(2, least(lost, 9))) * interval '1 s' <= ?)"
                        + " ORDER BY queued_at - waited_ms * interval '1 ms'"
                        + " - priority * interval '5 min', job_id LIMIT ?",
                (row, n) -> job(row),
                Timestamp.from(now),
                most);
    }

    /** Those that have GPUs. */
    Map<String, Job> placed() {
        Map<String, Job> placed = new TreeMap<>();
        jdbc.query("SELECT * FROM jobs WHERE state IN ('ASSIGNED', 'RUNNING')", row -> {
            Job job = job(row);
            placed.put(job.jobId(), job);
        });
        return placed;
    }

    /** Jobs by state, those that are over left out. */
    Map<JobState, Integer> active() {
        Map<JobState, Integer> active = new TreeMap<>();
        jdbc.query(
                "SELECT state, count(*) FROM jobs WHERE state IN ('QUEUED', 'ASSIGNED', 'RUNNING') GROUP BY state",
                row -> {
                    active.put(JobState.valueOf(row.getString(1)), row.getInt(2));
                });
        return active;
    }

    /** The job was given to a miner; false when it does not wait any more. */
    boolean assigned(String jobId, int attempt) {
        return jdbc.update(
                        "UPDATE jobs SET state = 'ASSIGNED', attempt = ?, cause = NULL WHERE job_id = ? AND state = 'QUEUED'",
                        attempt,
                        jobId)
                == 1;
    }

    void running(String jobId, Instant startedAt) {
        jdbc.update(
                "UPDATE jobs SET state = 'RUNNING', first_started_at = COALESCE(first_started_at, ?) WHERE job_id = ?",
                Timestamp.from(startedAt),
                jobId);
    }

    /** It waits again. */
    void requeued(Job job, Instant at, long waitedMs, String cause, int moreLost, int moreFailures) {
        jdbc.update(
                "UPDATE jobs SET state = 'QUEUED', queued_at = ?, waited_ms = ?, cause = ?, lost = lost + ?,"
                        + " failures = failures + ? WHERE job_id = ?",
                Timestamp.from(at),
                waitedMs,
                shortened(cause),
                moreLost,
                moreFailures,
                job.jobId());
    }

    void over(
            Job job,
            JobState state,
            Instant at,
            @Nullable String failCode,
            @Nullable String cause,
            @Nullable String result) {
        jdbc.update(
                "UPDATE jobs SET state = ?, finished_at = ?, fail_code = ?, cause = ?, result = ?::jsonb WHERE job_id = ?",
                state.name(),
                Timestamp.from(at),
                failCode,
                cause == null ? null : shortened(cause),
                result,
                job.jobId());
        jdbc.update("DELETE FROM job_claims WHERE job_id = ?", job.jobId());
    }

    void progress(String jobId, double seconds) {
        jdbc.update("UPDATE jobs SET progress_s = ? WHERE job_id = ?", seconds, jobId);
    }

    void cancelRequested(String jobId) {
        jdbc.update("UPDATE jobs SET cancel_requested = true WHERE job_id = ?", jobId);
    }

    /** The latest first, from before a moment and a name. */
    public List<Job> list(Filter filter, Instant before, String beforeId, int limit) {
        List<Object> arguments = new ArrayList<>(List.of(Timestamp.from(before), beforeId));
        StringBuilder where = new StringBuilder("(submitted_at, job_id) < (?, ?)");
        if (!filter.states().isEmpty()) {
            // Written out, so that the index of those that are not over can be used.
            where.append(filter.states().stream()
                    .map(state -> "'" + state.name() + "'")
                    .sorted()
                    .collect(Collectors.joining(", ", " AND state IN (", ")")));
        }
        if (filter.tenantId() != null) {
            where.append(" AND tenant_id = ?");
            arguments.add(filter.tenantId());
        }
        if (filter.minerId() != null) {
            where.append(" AND EXISTS (SELECT 1 FROM job_attempts a WHERE a.job_id = jobs.job_id AND a.miner_id = ?)");
            arguments.add(filter.minerId());
        }
        arguments.add(limit);
        return jdbc.query(
                "SELECT * FROM jobs WHERE " + where + " ORDER BY submitted_at DESC, job_id DESC LIMIT ?",
                (row, n) -> job(row),
                arguments.toArray());
    }

    /** The jobs that a miner was given last, the latest first. */
    public List<Job> latestOf(String minerId, int limit) {
        return jdbc.query("""
                SELECT j.* FROM jobs j JOIN (
                  SELECT job_id, max(assigned_at) AS given FROM (
                    SELECT job_id, assigned_at FROM job_attempts WHERE miner_id = ? ORDER BY assigned_at DESC LIMIT ?) a
                  GROUP BY job_id) latest USING (job_id)
                ORDER BY latest.given DESC, j.job_id
                """, (row, n) -> job(row), minerId, limit);
    }

    private static String shortened(String cause) {
        return cause.length() > 500 ? cause.substring(0, 500) : cause;
    }

    private static Job job(ResultSet row) throws SQLException {
        BigDecimal price = row.getBigDecimal("max_price");
        return new Job(
                row.getString("job_id"),
                row.getString("tenant_id"),
                JobState.valueOf(row.getString("state")),
                row.getInt("gpu_count"),
                row.getDouble("min_vram_gb"),
                row.getString("gpu_name"),
                row.getString("region"),
                List.of((String[]) row.getArray("capabilities").getArray()),
                price,
                row.getInt("priority"),
                row.getBoolean("preemptible"),
                row.getInt("max_duration_s"),
                row.getInt("expected_s"),
                row.getInt("max_attempts"),
                row.getString("spec"),
                row.getInt("attempt"),
                row.getInt("lost"),
                row.getInt("failures"),
                row.getTimestamp("submitted_at").toInstant(),
                row.getTimestamp("queued_at").toInstant(),
                row.getLong("waited_ms"),
                Attempts.instant(row, "first_started_at"),
                Attempts.instant(row, "finished_at"),
                row.getDouble("progress_s"),
                row.getBoolean("cancel_requested"),
                row.getString("fail_code"),
                row.getString("cause"),
                row.getString("result"),
                row.getString("traceparent"));
    }
}
