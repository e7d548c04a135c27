package io.aitbc.monitoring.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.service.web.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.Collection;
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

    Sessions(JdbcClient jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
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
     * Moves a session to another state, if it is in one of these.
     *
     * @param failure why it failed; null for any other state
     * @return whether it was
     */
    public boolean move(String sessionId, Collection<SessionState> from, SessionState to, @Nullable String failure) {
        return jdbc.sql("""
                UPDATE sessions SET state = :to, failure = :failure
                WHERE session_id = :id AND state = ANY (:from)
                """)
                        .param("id", sessionId)
                        .param("to", to.name())
                        .param("failure", failure)
                        .param("from", from.stream().map(SessionState::name).toArray(String[]::new))
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

    private Map<String, String> labels(String text) {
        try {
            return json.readValue(text, LABELS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("labels that the database holds are no JSON", e);
        }
    }
}
