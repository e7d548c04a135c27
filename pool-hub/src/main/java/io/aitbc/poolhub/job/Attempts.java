package io.aitbc.poolhub.job;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Attempts, what miners said of them, and the GPUs that are kept for jobs, in the database. */
@Repository
class Attempts {

    /** How a job ended on a machine. */
    record Ended(String minerId, String jobId, boolean completed, Instant at) {}

    private final JdbcTemplate jdbc;

    Attempts(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Gives a job to a miner. The models of its GPUs, and what it has saved by then, are what is known now. */
    void insert(
            String jobId, int attempt, String minerId, List<String> gpuUuids, Instant assignedAt, Instant leaseUntil) {
        String[] gpus = gpuUuids.toArray(new String[0]);
        jdbc.update(
                """
                INSERT INTO job_attempts (job_id, attempt, miner_id, gpu_uuids, state, assigned_at, lease_until, gpu_models,
                                          progress_s)
                SELECT j.job_id, ?, ?, ?, 'ASSIGNED', ?, ?, array(
                         SELECT coalesce(g.model, m.gpu_name, '')
                         FROM unnest(?::text[]) WITH ORDINALITY u (gpu_uuid, n)
                              LEFT JOIN gpus g ON g.gpu_uuid = u.gpu_uuid
                              LEFT JOIN miners m ON m.miner_id = ? ORDER BY u.n), j.progress_s
                FROM jobs j WHERE j.job_id = ?
                """,
                attempt,
                minerId,
                gpus,
                Timestamp.from(assignedAt),
                Timestamp.from(leaseUntil),
                gpus,
                minerId,
                jobId);
    }

    List<Attempt> of(String jobId) {
        return jdbc.query(
                "SELECT * FROM job_attempts WHERE job_id = ? ORDER BY attempt", (row, n) -> attempt(row), jobId);
    }

    Optional<Attempt> find(String jobId, int attempt) {
        return jdbc
                .query(
                        "SELECT * FROM job_attempts WHERE job_id = ? AND attempt = ?",
                        (row, n) -> attempt(row),
                        jobId,
                        attempt)
                .stream()
                .findFirst();
    }

    /** All that are not over. */
    List<Attempt> active() {
        return jdbc.query(
                "SELECT * FROM job_attempts WHERE state <> 'ENDED' ORDER BY job_id", (row, n) -> attempt(row));
    }

    /** The one that uses a GPU. */
    Optional<Attempt> on(String gpuUuid) {
        return jdbc
                .query(
                        "SELECT a.* FROM job_attempts a JOIN gpu_leases l USING (job_id, attempt)"
                                + " WHERE l.gpu_uuid = ? AND a.state <> 'ENDED'",
                        (row, n) -> attempt(row),
                        gpuUuid)
                .stream()
                .findFirst();
    }

    void running(Attempt attempt, Instant startedAt) {
        jdbc.update(
                "UPDATE job_attempts SET state = 'RUNNING', started_at = COALESCE(started_at, ?), ended_at = NULL, outcome = NULL,"
                        + " cause = CASE WHEN stop_requested IS NOT NULL THEN cause END"
                        + " WHERE job_id = ? AND attempt = ?",
                Timestamp.from(startedAt),
                attempt.jobId(),
                attempt.attempt());
    }

    void ended(
            Attempt attempt,
            Attempt.Outcome outcome,
            @Nullable Instant startedAt,
            Instant endedAt,
            @Nullable String cause) {
        jdbc.update(
                "UPDATE job_attempts SET state = 'ENDED', outcome = ?, started_at = ?, ended_at = ?, billed_through = ?,"
                        + " cause = ? WHERE job_id = ? AND attempt = ?",
                outcome.name(),
                startedAt == null ? null : Timestamp.from(startedAt),
                Timestamp.from(endedAt),
                startedAt == null ? null : Timestamp.from(endedAt),
                cause == null ? null : cause.substring(0, Math.min(500, cause.length())),
                attempt.jobId(),
                attempt.attempt());
    }

    void billed(Attempt attempt, Instant through) {
        jdbc.update(
                "UPDATE job_attempts SET billed_through = ? WHERE job_id = ? AND attempt = ? AND state = 'RUNNING'",
                Timestamp.from(through),
                attempt.jobId(),
                attempt.attempt());
    }

    /** It was told to stop; false when it was before. */
    boolean stopRequested(String jobId, int attempt, @Nullable String forJob, String cause, Instant at) {
        return jdbc.update(
                        "UPDATE job_attempts SET stop_requested = ?, stopping_for = ?, cause = ?"
                                + " WHERE job_id = ? AND attempt = ? AND state <> 'ENDED' AND stop_requested IS NULL",
                        Timestamp.from(at),
                        forJob,
                        cause.substring(0, Math.min(500, cause.length())),
                        jobId,
                        attempt)
                == 1;
    }

    /** False when the same was said before. */
    boolean said(Attempt attempt, String type, Instant at, Instant receivedAt, @Nullable String detail) {
        return jdbc.update(
                        "INSERT INTO job_events (job_id, attempt, type, at, received_at, miner_id, detail)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?::jsonb) ON CONFLICT DO NOTHING",
                        attempt.jobId(),
                        attempt.attempt(),
                        type,
                        Timestamp.from(at),
                        Timestamp.from(receivedAt),
                        attempt.minerId(),
                        detail)
                == 1;
    }

    Map<String, List<String>> claims() {
        Map<String, List<String>> claims = new TreeMap<>();
        jdbc.query("SELECT job_id, gpu_uuids FROM job_claims", row -> {
            claims.put(row.getString(1), List.of((String[]) row.getArray(2).getArray()));
        });
        return claims;
    }

    void claims(Map<String, List<String>> claims) {
        jdbc.update("DELETE FROM job_claims");
        claims.forEach((job, uuids) -> jdbc.update(
                "INSERT INTO job_claims (job_id, gpu_uuids) VALUES (?, ?)", job, uuids.toArray(new String[0])));
    }

    /**
     * How jobs ended since an instant, in order: on machines on which several failed, and those that wait again, so that
     * they need not go back to where they failed.
     */
    List<Ended> onSuspects(Instant since, int failures) {
        return jdbc.query(
                """
                SELECT miner_id, job_id, outcome, ended_at FROM job_attempts
                WHERE ended_at > ? AND outcome IN ('COMPLETED', 'FAILED', 'EXPIRED', 'LOST') AND (
                  miner_id IN (SELECT miner_id FROM job_attempts WHERE outcome IN ('FAILED', 'EXPIRED') AND ended_at > ?
                               GROUP BY miner_id HAVING count(DISTINCT job_id) >= ?)
                  OR job_id IN (SELECT job_id FROM jobs WHERE state = 'QUEUED' AND attempt > 0))
                ORDER BY ended_at, job_id
                """,
                (row, n) -> new Ended(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3).equals("COMPLETED"),
                        row.getTimestamp(4).toInstant()),
                Timestamp.from(since),
                Timestamp.from(since),
                failures);
    }

    /** How many attempts ended on each miner since an instant. */
    Map<String, Integer> endedSince(Instant since) {
        Map<String, Integer> ended = new TreeMap<>();
        jdbc.query(
                "SELECT miner_id, count(*) FROM job_attempts WHERE ended_at > ? GROUP BY miner_id",
                row -> {
                    ended.put(row.getString(1), row.getInt(2));
                },
                Timestamp.from(since));
        return ended;
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp at = row.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }

    private static Attempt attempt(ResultSet row) throws SQLException {
        String outcome = row.getString("outcome");
        return new Attempt(
                row.getString("job_id"),
                row.getInt("attempt"),
                row.getString("miner_id"),
                List.of((String[]) row.getArray("gpu_uuids").getArray()),
                List.of((String[]) row.getArray("gpu_models").getArray()),
                row.getDouble("progress_s"),
                Attempt.State.valueOf(row.getString("state")),
                row.getTimestamp("assigned_at").toInstant(),
                row.getTimestamp("lease_until").toInstant(),
                instant(row, "started_at"),
                instant(row, "ended_at"),
                instant(row, "billed_through"),
                outcome == null ? null : Attempt.Outcome.valueOf(outcome),
                instant(row, "stop_requested"),
                row.getString("stopping_for"),
                row.getString("cause"));
    }
}
