package io.aitbc.poolhub.capacity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.capacity.CapacitySnapshot;
import io.aitbc.capacity.DemandHistory;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** The snapshots of this pool, and which of them the coordinator does not have yet. */
@Repository
public class SnapshotBook {

    /** What this pool's rows are called in tables that could hold several pools; its name outside may change. */
    static final String THIS_POOL = "this";

    private static final int LONGEST_ERROR = 500;
    private static final TypeReference<Map<String, Object>> METADATA = new TypeReference<>() {};

    private final JdbcTemplate jdbc;
    private final DemandHistory history;
    private final ObjectMapper json;

    SnapshotBook(JdbcTemplate jdbc, DemandHistory history, ObjectMapper json) {
        this.jdbc = jdbc;
        this.history = history;
        this.json = json;
    }

    /** Stores snapshots and counts them; one that is known by its id already changes nothing. Answers the ids of the new ones. */
    @Transactional
    public Set<UUID> store(Collection<CapacitySnapshot> snapshots) {
        Map<UUID, CapacitySnapshot> each = new LinkedHashMap<>();
        snapshots.forEach(snapshot -> each.putIfAbsent(snapshot.id(), snapshot));
        Set<UUID> fresh = new HashSet<>();
        // One statement: the rows travel as JSON.
        jdbc.query(
                """
                INSERT INTO capacity_snapshots (id, total_miners, active_miners, total_parallel_capacity, total_queue_length,
                                                capacity_utilization_pct, forecast_capacity, recommended_scaling,
                                                scaling_reason, timestamp, metadata)
                SELECT id, total_miners, active_miners, total_parallel_capacity, total_queue_length,
                       capacity_utilization_pct, forecast_capacity, recommended_scaling, scaling_reason, timestamp, metadata
                FROM jsonb_to_recordset(?::jsonb)
                  AS row (id uuid, total_miners int, active_miners int, total_parallel_capacity int, total_queue_length int,
                          capacity_utilization_pct float8, forecast_capacity int, recommended_scaling text,
                          scaling_reason text, timestamp timestamptz, metadata jsonb)
                ON CONFLICT DO NOTHING RETURNING id
                """,
                row -> {
                    fresh.add(row.getObject(1, UUID.class));
                },
                write(each.values()));
        history.add(
                THIS_POOL,
                each.values().stream().filter(one -> fresh.contains(one.id())).toList());
        return fresh;
    }

    /** Newest first, from before a moment and an id. */
    public List<CapacitySnapshot> list(Instant since, Instant before, UUID beforeId, int limit) {
        return jdbc.query(
                "SELECT * FROM capacity_snapshots WHERE timestamp >= ? AND (timestamp, id) < (?, ?)"
                        + " ORDER BY timestamp DESC, id DESC LIMIT ?",
                (row, n) -> snapshot(row),
                utc(since),
                utc(before),
                beforeId,
                limit);
    }

    /** Oldest first. */
    List<CapacitySnapshot> unsent(int limit) {
        return jdbc.query(
                "SELECT * FROM capacity_snapshots WHERE pushed_at IS NULL ORDER BY timestamp LIMIT ?",
                (row, n) -> snapshot(row),
                limit);
    }

    int unsentCount() {
        return Objects.requireNonNull(
                jdbc.queryForObject("SELECT count(*) FROM capacity_snapshots WHERE pushed_at IS NULL", Integer.class));
    }

    /** They have arrived, or were refused for good with these words, of which the beginning is kept. */
    void settled(Map<UUID, String> errors, Collection<UUID> all, Instant now) {
        List<UUID> ids = new ArrayList<>(all);
        jdbc.batchUpdate(
                "UPDATE capacity_snapshots SET pushed_at = ?, push_error = ? WHERE id = ?",
                ids,
                500,
                (statement, id) -> {
                    statement.setObject(1, utc(now));
                    statement.setString(2, shortened(errors.get(id)));
                    statement.setObject(3, id);
                });
    }

    void forget(Instant limit, Instant now) {
        jdbc.update("DELETE FROM capacity_snapshots WHERE timestamp < ?", utc(limit));
        history.forget(now);
    }

    private static @Nullable String shortened(@Nullable String error) {
        return error == null || error.length() <= LONGEST_ERROR ? error : error.substring(0, LONGEST_ERROR);
    }

    private CapacitySnapshot snapshot(ResultSet row) throws SQLException {
        return new CapacitySnapshot(
                row.getObject("id", UUID.class),
                row.getInt("total_miners"),
                row.getInt("active_miners"),
                row.getInt("total_parallel_capacity"),
                row.getInt("total_queue_length"),
                row.getDouble("capacity_utilization_pct"),
                row.getObject("forecast_capacity", Integer.class),
                row.getString("recommended_scaling"),
                row.getString("scaling_reason"),
                row.getObject("timestamp", OffsetDateTime.class).toInstant(),
                read(row.getString("metadata")));
    }

    private Map<String, Object> read(String metadata) {
        try {
            return json.readValue(metadata, METADATA);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("metadata is a JSON object", e);
        }
    }

    private String write(Collection<CapacitySnapshot> snapshots) {
        try {
            return json.writeValueAsString(snapshots);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write as JSON what was read as JSON", e);
        }
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
