package io.aitbc.coordinator.job;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * What the pool-hub is to be told, shared by all replicas. One claims an errand by a lease, in one short statement, and holds no
 * connection while it tells. A lease ends by itself when its holder was killed; telling twice is harmless, since the pool-hub
 * knows a job by its name.
 */
@Repository
class Errands {

    /**
     * One thing to tell.
     *
     * @param cancelReason null when the job is to be placed
     * @param wasMaybeThere whether the pool-hub may have known the job before this try
     */
    record Errand(
            UUID poolJobId,
            UUID lease,
            String tenantId,
            String body,
            String traceparent,
            @Nullable String cancelReason,
            int tries,
            boolean wasMaybeThere) {

        boolean isCancel() {
            return cancelReason != null;
        }
    }

    private static final String CLAIM = """
            UPDATE tenant_jobs j
            SET lease = gen_random_uuid(), leased_until = clock_timestamp() + :lease * interval '1 millisecond',
                tries = j.tries + 1, maybe_there = true
            FROM (SELECT pool_job_id, maybe_there FROM tenant_jobs
                  WHERE due_at <= :now AND (leased_until IS NULL OR leased_until < clock_timestamp()) %s
                  ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED) AS due
            WHERE j.pool_job_id = due.pool_job_id
            RETURNING j.pool_job_id, j.lease, j.tenant_id, j.body, j.traceparent, j.tries, due.maybe_there AS was_maybe_there,
                CASE WHEN j.cancel_requested_at IS NOT NULL THEN j.cancel_reason END AS reason
            """;

    private final JdbcClient jdbc;

    Errands(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Takes the errand that has been due for longest. */
    Optional<Errand> claim(Duration lease, Instant now) {
        return jdbc.sql(CLAIM.formatted(""))
                .param("lease", lease.toMillis())
                .param("now", utc(now))
                .query((row, n) -> errand(row))
                .optional();
    }

    /** Takes the errand for one job, unless it is not due or somebody has it. */
    Optional<Errand> claim(UUID poolJobId, Duration lease, Instant now) {
        return jdbc.sql(CLAIM.formatted("AND pool_job_id = :id"))
                .param("id", poolJobId)
                .param("lease", lease.toMillis())
                .param("now", utc(now))
                .query((row, n) -> errand(row))
                .optional();
    }

    /** The pool-hub has the job. */
    void placed(Errand errand, Instant now) {
        jdbc.sql("""
                UPDATE tenant_jobs
                SET placed_at = coalesce(placed_at, :now), state = CASE state WHEN 'SUBMITTED' THEN 'QUEUED' ELSE state END,
                    due_at = CASE WHEN cancel_requested_at IS NOT NULL AND finished_at IS NULL THEN :now END,
                    lease = NULL, leased_until = NULL, tries = 0, last_error = NULL
                WHERE pool_job_id = :id AND lease = :lease
                """)
                .param("now", utc(now))
                .param("id", errand.poolJobId())
                .param("lease", errand.lease())
                .update();
    }

    /** The pool-hub has been told of the cancellation; its news say what came of it. */
    void told(Errand errand) {
        jdbc.sql("""
                UPDATE tenant_jobs SET due_at = NULL, lease = NULL, leased_until = NULL, tries = 0, last_error = NULL
                WHERE pool_job_id = :id AND lease = :lease
                """)
                .param("id", errand.poolJobId())
                .param("lease", errand.lease())
                .update();
    }

    /** The job is over without the pool; false when it is not ours to say any more. */
    boolean over(Errand errand, JobState state, @Nullable String code, String cause, Instant now) {
        return jdbc.sql("""
                        UPDATE tenant_jobs SET state = :state, fail_code = :code, cause = :cause, finished_at = :now,
                            due_at = NULL, lease = NULL, leased_until = NULL
                        WHERE pool_job_id = :id AND lease = :lease AND finished_at IS NULL
                        """)
                        .param("state", state.name())
                        .param("code", code)
                        .param("cause", cause)
                        .param("now", utc(now))
                        .param("id", errand.poolJobId())
                        .param("lease", errand.lease())
                        .update()
                == 1;
    }

    /**
     * It could not be told.
     *
     * @param mayHaveArrived false when it is certain that the pool-hub does not know the job by this try
     */
    void again(Errand errand, boolean mayHaveArrived, String error, Instant at) {
        jdbc.sql("""
                UPDATE tenant_jobs SET due_at = CASE WHEN due_at IS NOT NULL THEN :at::timestamptz END, last_error = :error,
                    maybe_there = :maybeThere, lease = NULL, leased_until = NULL
                WHERE pool_job_id = :id AND lease = :lease
                """)
                .param("at", utc(at))
                .param("error", error)
                .param("maybeThere", mayHaveArrived || errand.wasMaybeThere())
                .param("id", errand.poolJobId())
                .param("lease", errand.lease())
                .update();
    }

    private static Errand errand(ResultSet row) throws SQLException {
        return new Errand(
                row.getObject("pool_job_id", UUID.class),
                row.getObject("lease", UUID.class),
                row.getString("tenant_id"),
                row.getString("body"),
                row.getString("traceparent"),
                row.getString("reason"),
                row.getInt("tries"),
                row.getBoolean("was_maybe_there"));
    }

    private static OffsetDateTime utc(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}
