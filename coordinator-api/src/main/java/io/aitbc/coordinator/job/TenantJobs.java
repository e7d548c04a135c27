package io.aitbc.coordinator.job;

import io.aitbc.coordinator.tenant.TenantScope;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Tenants' jobs in the database. */
@Repository
class TenantJobs {

    /** Later than every id. */
    static final UUID LAST = new UUID(-1, -1);

    private static final String BY_NAME = """
            SELECT * FROM tenant_jobs
            WHERE (job_id = :name OR pool_job_id = :id) AND (:tenant::text IS NULL OR tenant_id = :tenant)
            ORDER BY coalesce(pool_job_id = :id, false) DESC, pool_job_id LIMIT 2
            """;

    private final JdbcClient jdbc;

    TenantJobs(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Records a job that is to be placed at once; false when its name or its key is known. */
    boolean insert(TenantJob job, String body, @Nullable String idempotencyKey, String submittedBy) {
        return jdbc.sql("""
                        INSERT INTO tenant_jobs (pool_job_id, tenant_id, job_id, idempotency_key, digest, body, gpu_count,
                            max_duration_s, state, traceparent, submitted_by, submitted_at, due_at)
                        VALUES (:id, :tenant, :name, :key, :digest, :body, :gpus, :longest, 'SUBMITTED', :traceparent, :by, :now, :now)
                        ON CONFLICT DO NOTHING
                        """)
                        .param("id", job.poolJobId())
                        .param("tenant", job.tenantId())
                        .param("name", job.jobId())
                        .param("key", idempotencyKey)
                        .param("digest", job.digest())
                        .param("body", body)
                        .param("gpus", job.gpuCount())
                        .param("longest", job.maxDurationS())
                        .param("traceparent", job.traceparent())
                        .param("by", submittedBy)
                        .param("now", utc(job.submittedAt()))
                        .update()
                == 1;
    }

    /** The job that was submitted with a key, else the one of that name. */
    Optional<TenantJob> known(String tenantId, @Nullable String idempotencyKey, String jobId) {
        return jdbc.sql("""
                SELECT * FROM tenant_jobs
                WHERE tenant_id = :tenant AND (idempotency_key = :key::text OR job_id = :name)
                ORDER BY coalesce(idempotency_key = :key::text, false) DESC LIMIT 1
                """)
                .param("tenant", tenantId)
                .param("key", idempotencyKey)
                .param("name", jobId)
                .query((row, n) -> job(row))
                .optional();
    }

    Optional<TenantJob> find(UUID poolJobId) {
        return jdbc.sql("SELECT * FROM tenant_jobs WHERE pool_job_id = :id")
                .param("id", poolJobId)
                .query((row, n) -> job(row))
                .optional();
    }

    /** Those that a name means: the tenant's own, or the pool's; at most two. */
    List<TenantJob> named(TenantScope scope, String name) {
        return named(scope.tenantId(), name, "");
    }

    /** The same, which nobody else changes until the end of the transaction. */
    List<TenantJob> lock(@Nullable String tenantId, String name) {
        return named(tenantId, name, "FOR UPDATE");
    }

    private List<TenantJob> named(@Nullable String tenantId, String name, String how) {
        return jdbc.sql(BY_NAME + how)
                .param("name", name)
                .param("id", uuid(name), Types.OTHER)
                .param("tenant", tenantId)
                .query((row, n) -> job(row))
                .list();
    }

    private static @Nullable UUID uuid(String name) {
        try {
            return UUID.fromString(name);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Those of the pool's names that are known, which nobody else changes until the end of the transaction. */
    List<TenantJob> lock(Collection<UUID> poolJobIds) {
        return jdbc.sql("SELECT * FROM tenant_jobs WHERE pool_job_id = ANY (:ids) ORDER BY pool_job_id FOR UPDATE")
                .param("ids", poolJobIds.toArray(UUID[]::new))
                .query((row, n) -> job(row))
                .list();
    }

    /** The latest first, from before a place. */
    List<TenantJob> before(UUID before, TenantScope scope, @Nullable JobState state, int limit) {
        return jdbc.sql("""
                SELECT * FROM tenant_jobs
                WHERE pool_job_id < :before AND (:tenant::text IS NULL OR tenant_id = :tenant)
                    AND (:state::text IS NULL OR state = :state)
                ORDER BY pool_job_id DESC LIMIT :limit
                """)
                .param("before", before)
                .param("tenant", scope.tenantId())
                .param("state", state == null ? null : state.name())
                .param("limit", limit)
                .query((row, n) -> job(row))
                .list();
    }

    /** It is over before anybody else knew of it. */
    void cancelled(UUID poolJobId, String reason, Instant now) {
        jdbc.sql("""
                UPDATE tenant_jobs SET state = 'CANCELLED', cause = :reason, cancel_requested_at = :now, cancel_reason = :reason,
                    finished_at = :now, due_at = NULL
                WHERE pool_job_id = :id
                """)
                .param("reason", reason)
                .param("now", utc(now))
                .param("id", poolJobId)
                .update();
    }

    /** The pool is to be told to cancel it, at once. */
    void toBeCancelled(UUID poolJobId, String reason, Instant now) {
        jdbc.sql("""
                UPDATE tenant_jobs SET cancel_requested_at = :now, cancel_reason = :reason, due_at = :now, tries = 0
                WHERE pool_job_id = :id
                """)
                .param("now", utc(now))
                .param("reason", reason)
                .param("id", poolJobId)
                .update();
    }

    /** How many wait to be placed or for GPUs. */
    long waiting() {
        return jdbc.sql("SELECT count(*) FROM tenant_jobs WHERE state IN ('SUBMITTED', 'QUEUED')")
                .query(Long.class)
                .single();
    }

    static TenantJob job(ResultSet row) throws SQLException {
        return new TenantJob(
                row.getString("job_id"),
                row.getObject("pool_job_id", UUID.class),
                row.getString("tenant_id"),
                JobState.valueOf(row.getString("state")),
                row.getInt("gpu_count"),
                row.getInt("max_duration_s"),
                row.getLong("revision"),
                row.getInt("attempt"),
                row.getString("miner_id"),
                row.getString("fail_code"),
                row.getString("cause"),
                row.getString("used"),
                row.getString("traceparent"),
                row.getObject("submitted_at", OffsetDateTime.class).toInstant(),
                instant(row, "placed_at"),
                instant(row, "started_at"),
                instant(row, "finished_at"),
                instant(row, "cancel_requested_at"),
                row.getBoolean("maybe_there"),
                row.getString("digest"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    private static OffsetDateTime utc(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}
