package io.aitbc.poolhub.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.poolhub.telemetry.AssignmentBook;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What miners have been given and have not started: kept where heartbeats find it. */
@Component
class Assignments {

    private static final String SELECT = """
            SELECT a.job_id, a.attempt, a.miner_id, a.gpu_uuids, a.lease_until, j.tenant_id, j.max_duration_s, j.progress_s,
                   j.spec::text AS spec, j.traceparent
            FROM job_attempts a JOIN jobs j USING (job_id)
            WHERE a.state = 'ASSIGNED' AND a.stop_requested IS NULL
            """;

    private final JdbcTemplate jdbc;
    private final AssignmentBook book;
    private final ObjectMapper json;

    Assignments(JdbcTemplate jdbc, AssignmentBook book, ObjectMapper json) {
        this.jdbc = jdbc;
        this.book = book;
        this.json = json;
    }

    /** Looks again. */
    void refresh() {
        Map<String, List<Map<String, Object>>> open = new HashMap<>();
        read("ORDER BY a.assigned_at, a.job_id LIMIT 10000")
                .forEach(assignment -> open.computeIfAbsent(
                                String.valueOf(assignment.remove("miner_id")), id -> new ArrayList<>())
                        .add(assignment));
        book.replace(open);
    }

    /** A miner's own, from the database. */
    List<Map<String, Object>> of(String minerId) {
        List<Map<String, Object>> own = read("AND a.miner_id = ? ORDER BY a.assigned_at, a.job_id", minerId);
        own.forEach(assignment -> assignment.remove("miner_id"));
        return own;
    }

    private List<Map<String, Object>> read(String where, Object... arguments) {
        return jdbc.query(
                SELECT + where,
                (row, n) -> {
                    Map<String, Object> assignment = new LinkedHashMap<>();
                    assignment.put("job_id", row.getString("job_id"));
                    assignment.put("attempt", row.getInt("attempt"));
                    assignment.put("miner_id", row.getString("miner_id"));
                    assignment.put("tenant_id", row.getString("tenant_id"));
                    assignment.put("gpu_uuids", row.getArray("gpu_uuids").getArray());
                    assignment.put("max_duration_s", row.getInt("max_duration_s"));
                    assignment.put("progress_s", row.getDouble("progress_s"));
                    assignment.put(
                            "lease_until", row.getTimestamp("lease_until").toInstant());
                    assignment.put("spec", tree(row.getString("spec")));
                    if (row.getString("traceparent") != null) {
                        assignment.put("traceparent", row.getString("traceparent"));
                    }
                    return assignment;
                },
                arguments);
    }

    private Object tree(String text) {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a kept spec cannot be read", e);
        }
    }
}
