package io.aitbc.poolhub.gpu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.gpu.health.HealthState;
import io.aitbc.gpu.remediation.CircuitBreaker.Trip;
import io.aitbc.gpu.remediation.Step;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** What a sweep leaves behind for the next one, which may run elsewhere. */
@Repository
class SweepBook {

    private static final Duration COUNTS = Duration.ofHours(1);

    /**
     * Where the last sweep ended.
     *
     * @param seenXid what transactions before this wrote is judged
     * @param sweeps how many there were
     */
    record Place(String seenXid, long sweeps, @Nullable Instant breakerResetAt) {}

    /** A quarantine by a rule. */
    record Quarantine(String gpuUuid, Instant at) {}

    private final JdbcTemplate jdbc;
    private final ObjectMapper json;

    SweepBook(JdbcTemplate jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** One sweep at a time, over all replicas; and no operator steps in between. */
    Place lock() {
        return jdbc.queryForObject(
                "SELECT seen_xid::text, sweeps, breaker_reset_at FROM gpu_sweep FOR UPDATE",
                (row, n) -> new Place(
                        row.getString(1),
                        row.getLong(2),
                        row.getTimestamp(3) == null ? null : row.getTimestamp(3).toInstant()));
    }

    void advance(String seenXid, Instant now) {
        jdbc.update(
                "UPDATE gpu_sweep SET seen_xid = ?::xid8, swept_at = ?, sweeps = sweeps + 1",
                seenXid,
                Timestamp.from(now));
    }

    /** Something changed beside the sweep: what a replica remembers no longer holds. */
    void interfere() {
        jdbc.update("UPDATE gpu_sweep SET sweeps = sweeps + 1");
    }

    void resetBreaker(Instant now) {
        jdbc.update("UPDATE gpu_sweep SET breaker_reset_at = ?, sweeps = sweeps + 1", Timestamp.from(now));
        jdbc.update("DELETE FROM gpu_breaker_trips");
    }

    List<HealthState> healthStates() {
        return jdbc.query("SELECT state FROM gpu_health_states", (row, n) -> {
            try {
                return json.readValue(row.getString(1), HealthState.class);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("a kept health state cannot be read", e);
            }
        });
    }

    void keep(Collection<HealthState> states) {
        jdbc.batchUpdate(
                "INSERT INTO gpu_health_states (gpu_uuid, state) VALUES (?, ?::jsonb)"
                        + " ON CONFLICT (gpu_uuid) DO UPDATE SET state = excluded.state",
                states,
                1_000,
                (statement, state) -> {
                    statement.setString(1, state.gpuUuid());
                    statement.setString(2, written(state));
                });
    }

    void drop(Collection<String> gpuUuids) {
        jdbc.batchUpdate(
                "DELETE FROM gpu_health_states WHERE gpu_uuid = ?",
                gpuUuids,
                1_000,
                (statement, uuid) -> statement.setString(1, uuid));
    }

    void record(Gpu gpu, Step step, Instant at, String actor) {
        jdbc.update(
                "INSERT INTO gpu_transitions (id, gpu_uuid, miner_id, at, from_state, to_state, trigger, cause, actor)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                UuidCreator.getTimeOrderedEpoch(),
                gpu.gpuUuid(),
                gpu.minerId(),
                Timestamp.from(at),
                step.from().name(),
                step.to().name(),
                step.trigger().name(),
                step.cause(),
                actor);
    }

    List<Transition> transitions(String gpuUuid, int limit) {
        return jdbc.query(
                "SELECT * FROM gpu_transitions WHERE gpu_uuid = ? ORDER BY at DESC, id DESC LIMIT ?",
                (row, n) -> new Transition(
                        row.getTimestamp("at").toInstant(),
                        row.getString("gpu_uuid"),
                        row.getString("miner_id"),
                        row.getString("from_state"),
                        row.getString("to_state"),
                        row.getString("trigger"),
                        row.getString("cause"),
                        row.getString("actor")),
                gpuUuid,
                limit);
    }

    /** Quarantines by rules that still count for the breaker, oldest first. */
    List<Quarantine> quarantines(Instant now, @Nullable Instant resetAt) {
        Instant from = now.minus(COUNTS);
        return jdbc.query(
                "SELECT gpu_uuid, at FROM gpu_transitions WHERE to_state = 'QUARANTINED' AND trigger <> 'OPERATOR'"
                        + " AND at > ? ORDER BY at",
                (row, n) -> new Quarantine(row.getString(1), row.getTimestamp(2).toInstant()),
                Timestamp.from(resetAt == null || resetAt.isBefore(from) ? from : resetAt));
    }

    void trips(List<Trip> trips) {
        jdbc.update("DELETE FROM gpu_breaker_trips");
        for (Trip trip : trips) {
            jdbc.update(
                    "INSERT INTO gpu_breaker_trips (group_name, since, allowed, size, held) VALUES (?, ?, ?, ?, ?)",
                    trip.group(),
                    Timestamp.from(trip.since()),
                    trip.allowed(),
                    trip.size(),
                    trip.held().toArray(new String[0]));
        }
    }

    List<Trip> trips() {
        return jdbc.query(
                "SELECT group_name, since, allowed, size, held FROM gpu_breaker_trips ORDER BY group_name",
                (row, n) -> new Trip(
                        row.getString(1), row.getTimestamp(2).toInstant(), row.getInt(3), row.getInt(4), held((String[])
                                row.getArray(5).getArray())));
    }

    private static Set<String> held(String[] uuids) {
        return new TreeSet<>(List.of(uuids));
    }

    private String written(HealthState state) {
        try {
            return json.writeValueAsString(state);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a health state cannot be written", e);
        }
    }
}
