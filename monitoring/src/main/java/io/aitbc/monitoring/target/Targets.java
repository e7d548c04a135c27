package io.aitbc.monitoring.target;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The targets of all sessions. */
@Repository
public class Targets {

    private static final TypeReference<Map<String, List<String>>> PARAMS = new TypeReference<>() {};
    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

    private static final int DELETED_KEPT = 200;

    private final JdbcClient jdbc;
    private final ObjectMapper json;

    Targets(JdbcClient jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** The targets of a session, by their job names. */
    public List<Target> of(String sessionId) {
        return jdbc.sql("SELECT * FROM targets WHERE session_id = :id AND deleted_at IS NULL ORDER BY job_name")
                .param("id", sessionId)
                .query(this::target)
                .list();
    }

    /** The targets that a session had in a window, with those that were deleted in it or later; several may have had one job name. */
    public List<Target> during(String sessionId, Instant start, Instant end) {
        return jdbc.sql("""
                SELECT * FROM targets
                WHERE session_id = :id AND created_at < :end AND (deleted_at IS NULL OR deleted_at > :start)
                ORDER BY job_name, created_at
                """)
                .param("id", sessionId)
                .param("start", Timestamp.from(start))
                .param("end", Timestamp.from(end))
                .query(this::target)
                .list();
    }

    /** What is to be scraped now: the targets of all sessions that are not stopped, by session and job name. */
    public List<ScrapedTarget> scraped() {
        return jdbc.sql("""
                SELECT t.*, s.labels FROM targets t JOIN sessions s USING (session_id)
                WHERE s.state <> 'STOPPED' AND t.deleted_at IS NULL
                ORDER BY t.session_id COLLATE "C", t.job_name COLLATE "C"
                """)
                .query((row, n) -> new ScrapedTarget(target(row, n), read(row.getString("labels"), LABELS)))
                .list();
    }

    /** Adds it; one of its name that was deleted stays, unless it was made at the very same time. */
    void insert(Target target) {
        jdbc.sql("""
                DELETE FROM targets WHERE session_id = :session AND job_name = :name AND created_at = :at AND deleted_at IS NOT NULL
                """)
                .param("session", target.sessionId())
                .param("name", target.jobName())
                .param("at", Timestamp.from(target.createdAt()))
                .update();
        jdbc.sql("""
                INSERT INTO targets (session_id, job_name, job_id, target_type, metrics_path, scheme, params, targets,
                    scrape_interval_ms, scrape_timeout_ms, created_at)
                VALUES (:session, :name, :jobId, :type, :path, :scheme, :params::jsonb, :targets, :interval, :timeout, :at)
                """)
                .param("session", target.sessionId())
                .param("name", target.jobName())
                .param("jobId", target.jobId())
                .param("type", target.type().name().toLowerCase(Locale.ROOT))
                .param("path", target.metricsPath())
                .param("scheme", target.scheme())
                .param("params", write(target.params()))
                .param("targets", target.targets().toArray(String[]::new))
                .param("interval", target.scrapeInterval().toMillis())
                .param("timeout", target.scrapeTimeout().toMillis())
                .param("at", Timestamp.from(target.createdAt()))
                .update();
    }

    /** It is scraped no more. Windows of before are still collected of it; of a session, the last 200 that were deleted are kept. */
    void delete(String sessionId, String jobName, Instant now) {
        jdbc.sql(
                        "UPDATE targets SET deleted_at = :now WHERE session_id = :session AND job_name = :name AND deleted_at IS NULL")
                .param("now", Timestamp.from(now))
                .param("session", sessionId)
                .param("name", jobName)
                .update();
        jdbc.sql("""
                DELETE FROM targets WHERE session_id = :session AND (job_name, created_at) IN (
                    SELECT job_name, created_at FROM targets WHERE session_id = :session AND deleted_at IS NOT NULL
                    ORDER BY deleted_at DESC, job_name, created_at DESC OFFSET :kept)
                """).param("session", sessionId).param("kept", DELETED_KEPT).update();
    }

    private Target target(ResultSet row, int n) throws SQLException {
        Timestamp deleted = row.getTimestamp("deleted_at");
        return new Target(
                row.getString("session_id"),
                row.getString("job_name"),
                row.getString("job_id"),
                TargetType.valueOf(row.getString("target_type").toUpperCase(Locale.ROOT)),
                row.getString("metrics_path"),
                row.getString("scheme"),
                read(row.getString("params"), PARAMS),
                List.of((String[]) row.getArray("targets").getArray()),
                Duration.ofMillis(row.getLong("scrape_interval_ms")),
                Duration.ofMillis(row.getLong("scrape_timeout_ms")),
                row.getTimestamp("created_at").toInstant(),
                deleted == null ? null : deleted.toInstant());
    }

    private String write(Map<String, List<String>> params) {
        try {
            return json.writeValueAsString(params);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("params cannot be written as JSON", e);
        }
    }

    private <T> T read(String text, TypeReference<T> type) {
        try {
            return json.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what the database holds of a target is no JSON", e);
        }
    }
}
