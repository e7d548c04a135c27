package io.aitbc.monitoring.collect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.monitoring.artifact.Manifest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
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

/**
 * All runs, shared by all replicas. One works at a run by a lease on the database's clock, and holds no connection meanwhile; the
 * lease of a holder that was killed ends, and another takes the run up.
 */
@Repository
class Runs {

    private final JdbcClient jdbc;
    private final ObjectMapper json;

    Runs(JdbcClient jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Adds it, unless the same request is running for the session. */
    boolean add(Run run, String requestSha256) {
        return jdbc.sql("""
                INSERT INTO collections (run_id, session_id, start_time, end_time, output_dir, plan, request_sha256, state,
                    requested_at, due_at)
                VALUES (:id, :session, :start, :end, :dir, :plan::jsonb, :sha256, 'SETTLING', :requested, :due)
                ON CONFLICT (session_id, request_sha256) WHERE state IN ('SETTLING', 'COLLECTING') DO NOTHING
                """)
                        .param("id", run.runId())
                        .param("session", run.sessionId())
                        .param("start", utc(run.start()))
                        .param("end", utc(run.end()))
                        .param("dir", run.outputDir())
                        .param("plan", write(run.plan()))
                        .param("sha256", requestSha256)
                        .param("requested", utc(run.requestedAt()))
                        .param("due", utc(run.dueAt()))
                        .update()
                == 1;
    }

    /** The run of that request, if it is running. */
    Optional<Run> running(String sessionId, String requestSha256) {
        return jdbc.sql("""
                SELECT * FROM collections
                WHERE session_id = :session AND request_sha256 = :sha256 AND state IN ('SETTLING', 'COLLECTING')
                """)
                .param("session", sessionId)
                .param("sha256", requestSha256)
                .query(this::run)
                .optional();
    }

    /** All of the session that are running, the oldest first. */
    List<Run> unfinished(String sessionId) {
        return jdbc.sql("""
                SELECT * FROM collections WHERE session_id = :session AND state IN ('SETTLING', 'COLLECTING')
                ORDER BY run_id
                """).param("session", sessionId).query(this::run).list();
    }

    /** How many of the session are running. */
    int running(String sessionId) {
        return jdbc.sql("""
                SELECT count(*) FROM collections WHERE session_id = :session AND state IN ('SETTLING', 'COLLECTING')
                """).param("session", sessionId).query(Integer.class).single();
    }

    Optional<Run> find(String sessionId, UUID runId) {
        return jdbc.sql("SELECT * FROM collections WHERE run_id = :id AND session_id = :session")
                .param("id", runId)
                .param("session", sessionId)
                .query(this::run)
                .optional();
    }

    /**
     * The newest runs of a session.
     *
     * @param before only older ones than this
     */
    List<Run> newest(String sessionId, @Nullable UUID before, boolean onlyCollected, int limit) {
        return jdbc.sql("""
                SELECT * FROM collections
                WHERE session_id = :session AND (:before::uuid IS NULL OR run_id < :before::uuid)
                    AND (NOT :collected OR state = 'COLLECTED')
                ORDER BY run_id DESC LIMIT :limit
                """)
                .param("session", sessionId)
                .param("before", before)
                .param("collected", onlyCollected)
                .param("limit", limit)
                .query(this::run)
                .list();
    }

    /** The sessions that a run is settling for, whose window is over, and that do not say so yet. */
    List<String> settling(Instant now) {
        return jdbc.sql("""
                SELECT DISTINCT session_id FROM collections c JOIN sessions s USING (session_id)
                WHERE c.state IN ('SETTLING', 'COLLECTING') AND c.end_time <= :now
                    AND s.state NOT IN ('SETTLING', 'STOPPED')
                """).param("now", utc(now)).query(String.class).list();
    }

    /** Takes the run that has been due for longest. */
    Optional<Run> claim(Duration lease, Instant now) {
        return jdbc.sql("""
                UPDATE collections c
                SET state = 'COLLECTING', lease = gen_random_uuid(), tries = c.tries + 1,
                    leased_until = clock_timestamp() + :lease * interval '1 millisecond'
                FROM (SELECT run_id FROM collections
                      WHERE state IN ('SETTLING', 'COLLECTING') AND due_at <= :now
                        AND (leased_until IS NULL OR leased_until < clock_timestamp())
                      ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED) AS due
                WHERE c.run_id = due.run_id
                RETURNING c.*
                """)
                .param("lease", lease.toMillis())
                .param("now", utc(now))
                .query(this::run)
                .optional();
    }

    /** Goes on holding what is held. */
    void renew(Collection<UUID> leases, Duration lease) {
        jdbc.sql("""
                UPDATE collections SET leased_until = clock_timestamp() + :lease * interval '1 millisecond'
                WHERE lease = ANY (:leases) AND state = 'COLLECTING'
                """)
                .param("lease", lease.toMillis())
                .param("leases", leases.toArray(UUID[]::new))
                .update();
    }

    /** Gives it back untried, for another to take it up at once. */
    void release(Run run) {
        jdbc.sql("""
                UPDATE collections SET lease = NULL, leased_until = NULL, tries = tries - 1
                WHERE run_id = :id AND lease = :lease
                """).param("id", run.runId()).param("lease", run.lease()).update();
    }

    /** Whether it is still held by this lease; it is until the transaction's end then. */
    boolean lock(Run run) {
        return jdbc.sql("""
                SELECT 1 FROM collections WHERE run_id = :id AND lease = :lease AND state = 'COLLECTING' FOR UPDATE
                """)
                .param("id", run.runId())
                .param("lease", run.lease())
                .query(Integer.class)
                .optional()
                .isPresent();
    }

    void collected(Run run, Manifest manifest, Instant now) {
        jdbc.sql("""
                UPDATE collections SET state = 'COLLECTED', manifest = :manifest, finished_at = :now, lease = NULL,
                    leased_until = NULL
                WHERE run_id = :id
                """)
                .param("manifest", write(manifest))
                .param("now", utc(now))
                .param("id", run.runId())
                .update();
    }

    void failed(Run run, Cause cause, String failure, Instant now) {
        jdbc.sql("""
                UPDATE collections SET state = 'FAILED', cause = :cause, failure = :failure, finished_at = :now, lease = NULL,
                    leased_until = NULL
                WHERE run_id = :id
                """)
                .param("cause", cause.name())
                .param("failure", failure)
                .param("now", utc(now))
                .param("id", run.runId())
                .update();
    }

    private Run run(ResultSet row, int n) throws SQLException {
        OffsetDateTime finished = row.getObject("finished_at", OffsetDateTime.class);
        String cause = row.getString("cause");
        String manifest = row.getString("manifest");
        return new Run(
                row.getObject("run_id", UUID.class),
                row.getString("session_id"),
                instant(row, "start_time"),
                instant(row, "end_time"),
                row.getString("output_dir"),
                read(row.getString("plan"), Plan.class),
                RunState.valueOf(row.getString("state")),
                cause == null ? null : Cause.valueOf(cause),
                row.getString("failure"),
                instant(row, "requested_at"),
                instant(row, "due_at"),
                finished == null ? null : finished.toInstant(),
                row.getObject("lease", UUID.class),
                row.getInt("tries"),
                manifest == null ? null : read(manifest, Manifest.class));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private <T> T read(String text, Class<T> type) {
        try {
            return json.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what the database holds of a run is no JSON", e);
        }
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a run cannot be written as JSON", e);
        }
    }

    private static OffsetDateTime utc(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}
