package io.aitbc.monitoring.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.service.web.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** All sessions. */
@Repository
public class Sessions {

    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final Clock clock;

    Sessions(JdbcClient jdbc, ObjectMapper json, Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    /** The session of that id. */
    public Optional<Session> find(String sessionId) {
        return jdbc.sql("SELECT * FROM sessions WHERE session_id = :id")
                .param("id", sessionId)
                .query(this::session)
                .optional();
    }

    /**
     * The session of that id.
     *
     * @throws Problem 404 when there is none
     */
    public Session require(String sessionId) {
        return find(sessionId)
                .orElseThrow(() -> Problem.notFound(
                        "session-not-found", "There is no session of this id; GET /api/v1/sessions lists all."));
    }

    /**
     * The session of that id, which nobody else changes until the transaction ends.
     *
     * @throws Problem 404 when there is none
     */
    public Session lock(String sessionId) {
        jdbc.sql("SELECT 1 FROM sessions WHERE session_id = :id FOR UPDATE")
                .param("id", sessionId)
                .query(Integer.class)
                .optional();
        return require(sessionId);
    }

    /** The sessions in a state. */
    public List<Session> in(SessionState state) {
        return jdbc.sql("SELECT * FROM sessions WHERE state = :state ORDER BY session_id")
                .param("state", state.name())
                .query(this::session)
                .list();
    }

    /** Those that come after an id, in the order of their ids. */
    List<Session> after(String sessionId, int limit) {
        return jdbc.sql("""
                SELECT * FROM sessions WHERE session_id COLLATE "C" > :after
                ORDER BY session_id COLLATE "C" LIMIT :limit
                """)
                .param("after", sessionId)
                .param("limit", limit)
                .query(this::session)
                .list();
    }

    /** Makes it, unless there is one of that id. */
    boolean insert(Session session) {
        return jdbc.sql("""
                INSERT INTO sessions (session_id, state, scrape_interval_ms, labels, created_at)
                VALUES (:id, :state, :interval, :labels::jsonb, :at)
                ON CONFLICT (session_id) DO NOTHING
                """)
                        .param("id", session.sessionId())
                        .param("state", session.state().name())
                        .param("interval", session.scrapeInterval().toMillis())
                        .param("labels", text(session.labels()))
                        .param("at", Timestamp.from(session.createdAt()))
                        .update()
                == 1;
    }

    void delete(String sessionId) {
        jdbc.sql("DELETE FROM sessions WHERE session_id = :id")
                .param("id", sessionId)
                .update();
    }

    /**
     * Moves a session to another state, if it is in one of these and that state may come after it
     * ({@link SessionState#canBecome}).
     *
     * @param failure why it failed; null for any other state
     * @return whether it was
     */
    public boolean move(String sessionId, Collection<SessionState> from, SessionState to, @Nullable String failure) {
        return jdbc.sql("""
                UPDATE sessions SET state = :to, failure = :failure,
                    stopped_at = CASE WHEN :to = 'STOPPED' THEN coalesce(stopped_at, :now) ELSE stopped_at END
                WHERE session_id = :id AND state = ANY (:from)
                """)
                        .param("id", sessionId)
                        .param("to", to.name())
                        .param("failure", failure)
                        .param("now", Timestamp.from(clock.instant()))
                        .param(
                                "from",
                                from.stream()
                                        .filter(state -> state.canBecome(to))
                                        .map(SessionState::name)
                                        .toArray(String[]::new))
                        .update()
                == 1;
    }

    private Session session(ResultSet row, int n) throws SQLException {
        Timestamp stopped = row.getTimestamp("stopped_at");
        return new Session(
                row.getString("session_id"),
                SessionState.valueOf(row.getString("state")),
                row.getString("failure"),
                Duration.ofMillis(row.getLong("scrape_interval_ms")),
                labels(row.getString("labels")),
                row.getTimestamp("created_at").toInstant(),
                stopped == null ? null : stopped.toInstant());
    }

    private String text(Map<String, String> labels) {
        try {
            return json.writeValueAsString(labels);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("labels cannot be written as JSON", e);
        }
    }

    private Map<String, String> labels(String text) {
        try {
            return json.readValue(text, LABELS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("labels that the database holds are no JSON", e);
        }
    }
}
