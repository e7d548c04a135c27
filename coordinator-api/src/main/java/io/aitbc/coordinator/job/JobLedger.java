package io.aitbc.coordinator.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What pool-hubs told of jobs, and what it made of them, in the database. */
@Repository
class JobLedger {

    /** By what news are known. */
    record Key(String source, UUID eventId) {

        static Key of(JobNews news) {
            return new Key(Objects.requireNonNull(news.source()), Objects.requireNonNull(news.eventId()));
        }
    }

    @JsonInclude(JsonInclude.Include.ALWAYS)
    private record Row(
            UUID poolJobId,
            String state,
            long revision,
            int attempt,
            @Nullable String minerId,
            @Nullable String failCode,
            @Nullable String cause,
            @Nullable String used,
            @Nullable Instant placedAt,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            boolean stray) {

        static Row of(Progress progress) {
            TenantJob job = progress.job();
            return new Row(
                    job.poolJobId(),
                    job.state().name(),
                    job.revision(),
                    job.attempt(),
                    job.minerId(),
                    job.failCode(),
                    job.cause(),
                    job.used(),
                    job.placedAt(),
                    job.startedAt(),
                    job.finishedAt(),
                    progress.isStray());
        }
    }

    private final JdbcClient jdbc;
    private final ObjectMapper json;

    JobLedger(JdbcClient jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Keeps news of jobs that are known; answers which of them are told for the first time. */
    Set<Key> add(Collection<JobNews> news, Instant now) {
        return new HashSet<>(jdbc.sql("""
                INSERT INTO job_events (source, event_id, pool_job_id, revision, state, attempt, at, received_at)
                SELECT source, event_id, job_id, revision, state, attempt, at, :now
                FROM jsonb_to_recordset(:news::jsonb) AS new (source text, event_id uuid, job_id uuid, revision bigint,
                    state text, attempt integer, at timestamptz)
                ORDER BY source, event_id
                ON CONFLICT DO NOTHING RETURNING source, event_id
                """)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("news", write(news))
                .query((row, n) -> new Key(row.getString(1), row.getObject(2, UUID.class)))
                .list());
    }

    /**
     * Writes what became of jobs. The pool need not be told any more of what is over, except of strays: it has a job that is over
     * here.
     */
    void write(List<Progress> changed, Instant now) {
        jdbc.sql("""
                UPDATE tenant_jobs j
                SET state = r.state, revision = r.revision, attempt = r.attempt, miner_id = r.miner_id, fail_code = r.fail_code,
                    cause = r.cause, used = r.used::jsonb, placed_at = coalesce(j.placed_at, r.placed_at),
                    started_at = r.started_at, finished_at = r.finished_at,
                    due_at = CASE WHEN r.stray THEN :now WHEN r.finished_at IS NOT NULL AND j.finished_at IS NULL THEN NULL ELSE j.due_at END,
                    cancel_requested_at = CASE WHEN r.stray THEN coalesce(j.cancel_requested_at, :now) ELSE j.cancel_requested_at END,
                    cancel_reason = CASE WHEN r.stray THEN coalesce(j.cancel_reason, 'it is over here') ELSE j.cancel_reason END
                FROM jsonb_to_recordset(:rows::jsonb) AS r (pool_job_id uuid, state text, revision bigint, attempt integer,
                    miner_id text, fail_code text, cause text, used text, placed_at timestamptz, started_at timestamptz,
                    finished_at timestamptz, stray boolean)
                WHERE j.pool_job_id = r.pool_job_id
                """)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("rows", write(changed.stream().map(Row::of).toList()))
                .update();
    }

    private String write(Collection<?> rows) {
        try {
            return json.writeValueAsString(rows);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("news of jobs cannot be written as JSON", e);
        }
    }
}
