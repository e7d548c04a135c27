package io.aitbc.monitoring.target;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The targets of all sessions. */
@Repository
public class Targets {

    private static final TypeReference<Map<String, List<String>>> PARAMS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final ObjectMapper json;

    Targets(JdbcClient jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** The targets of a session, by their job names. */
    public List<Target> of(String sessionId) {
        return jdbc.sql("SELECT * FROM targets WHERE session_id = :id ORDER BY job_name")
                .param("id", sessionId)
                .query(this::target)
                .list();
    }

    private Target target(ResultSet row, int n) throws SQLException {
        return new Target(
                row.getString("session_id"),
                row.getString("job_name"),
                row.getString("job_id"),
                TargetType.valueOf(row.getString("target_type").toUpperCase(Locale.ROOT)),
                row.getString("metrics_path"),
                row.getString("scheme"),
                params(row.getString("params")),
                List.of((String[]) row.getArray("targets").getArray()),
                Duration.ofMillis(row.getLong("scrape_interval_ms")),
                Duration.ofMillis(row.getLong("scrape_timeout_ms")),
                row.getTimestamp("created_at").toInstant());
    }

    private Map<String, List<String>> params(String text) {
        try {
            return json.readValue(text, PARAMS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("params that the database holds are no JSON", e);
        }
    }
}
