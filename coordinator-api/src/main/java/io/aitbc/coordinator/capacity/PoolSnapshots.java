package io.aitbc.coordinator.capacity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.capacity.CapacitySnapshot;
import io.aitbc.capacity.DemandHistory;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** The snapshots of all pools. */
@Repository
class PoolSnapshots {

    private final JdbcTemplate jdbc;
    private final DemandHistory history;
    private final ObjectMapper json;

    PoolSnapshots(JdbcTemplate jdbc, DemandHistory history, ObjectMapper json) {
        this.jdbc = jdbc;
        this.history = history;
        this.json = json;
    }

    /** Stores and counts those that are new, each by its pool and id; answers how many that were. */
    int store(String poolId, Collection<CapacitySnapshot> snapshots) {
        Set<UUID> fresh = new HashSet<>();
        jdbc.query(
                """
                INSERT INTO capacity_snapshots (pool_id, id, total_miners, active_miners, total_parallel_capacity,
                                                total_queue_length, capacity_utilization_pct, forecast_capacity,
                                                recommended_scaling, scaling_reason, timestamp, metadata)
                SELECT ?, id, total_miners, active_miners, total_parallel_capacity, total_queue_length,
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
                poolId,
                write(snapshots));
        history.add(
                poolId,
                snapshots.stream()
                        .filter(snapshot -> fresh.contains(snapshot.id()))
                        .toList());
        return fresh.size();
    }

    void forget(Instant limit, Instant now) {
        jdbc.update("DELETE FROM capacity_snapshots WHERE timestamp < ?", limit.atOffset(ZoneOffset.UTC));
        history.forget(now);
    }

    private String write(Collection<CapacitySnapshot> snapshots) {
        try {
            return json.writeValueAsString(snapshots);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write as JSON what was read as JSON", e);
        }
    }
}
