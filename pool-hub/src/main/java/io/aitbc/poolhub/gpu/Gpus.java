package io.aitbc.poolhub.gpu;

import io.aitbc.gpu.device.GpuState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** The pool's GPUs in the database. */
@Repository
class Gpus {

    /** Which GPUs are asked for; null for any. */
    record Filter(
            @Nullable GpuState state,
            @Nullable String model,
            @Nullable String minerId) {}

    private final JdbcTemplate jdbc;

    Gpus(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    List<Gpu> all() {
        return jdbc.query("SELECT * FROM gpus ORDER BY gpu_uuid", (row, n) -> gpu(row));
    }

    Optional<Gpu> find(String gpuUuid) {
        return jdbc.query("SELECT * FROM gpus WHERE gpu_uuid = ?", (row, n) -> gpu(row), gpuUuid).stream()
                .findFirst();
    }

    List<Gpu> list(Filter filter, String after, int limit) {
        return list(filter, "gpu_uuid > ?", List.of(after), "gpu_uuid", limit);
    }

    /** Those at the highest risk first, after one of this risk and name. */
    List<Gpu> riskiest(Filter filter, double risk, String after, int limit) {
        return list(
                filter,
                "(failure_risk < ? OR failure_risk = ? AND gpu_uuid > ?)",
                List.of(risk, risk, after),
                "failure_risk DESC, gpu_uuid",
                limit);
    }

    private List<Gpu> list(Filter filter, String from, List<Object> place, String order, int limit) {
        List<Object> arguments = new ArrayList<>(place);
        StringBuilder where = new StringBuilder(from);
        if (filter.state() != null) {
            where.append(" AND state = ?");
            arguments.add(filter.state().name());
        }
        if (filter.model() != null) {
            where.append(" AND position(lower(?) IN lower(model)) > 0");
            arguments.add(filter.model());
        }
        if (filter.minerId() != null) {
            where.append(" AND miner_id = ?");
            arguments.add(filter.minerId());
        }
        arguments.add(limit);
        return jdbc.query(
                "SELECT * FROM gpus WHERE " + where + " ORDER BY " + order + " LIMIT ?",
                (row, n) -> gpu(row),
                arguments.toArray());
    }

    /** Writes what is known now, many at once. */
    void save(Collection<Gpu> gpus) {
        jdbc.batchUpdate("""
                INSERT INTO gpus (gpu_uuid, miner_id, model, driver, gpu_index, pci_bus_id, first_seen_at, last_sample_at,
                                  state, state_since, state_cause, by_operator, memory_mib, failure_risk, critical_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (gpu_uuid) DO UPDATE SET miner_id = excluded.miner_id, model = excluded.model,
                  driver = excluded.driver, gpu_index = excluded.gpu_index, pci_bus_id = excluded.pci_bus_id,
                  last_sample_at = excluded.last_sample_at, state = excluded.state, state_since = excluded.state_since,
                  state_cause = excluded.state_cause, by_operator = excluded.by_operator, memory_mib = excluded.memory_mib,
                  failure_risk = excluded.failure_risk, critical_at = excluded.critical_at
                """, gpus, 1_000, (statement, gpu) -> {
            statement.setString(1, gpu.gpuUuid());
            statement.setString(2, gpu.minerId());
            statement.setString(3, gpu.model());
            statement.setString(4, gpu.driver());
            statement.setObject(5, gpu.gpuIndex(), Types.INTEGER);
            statement.setString(6, gpu.pciBusId());
            statement.setTimestamp(7, Timestamp.from(gpu.firstSeenAt()));
            statement.setTimestamp(8, Timestamp.from(gpu.lastSampleAt()));
            statement.setString(9, gpu.state().name());
            statement.setTimestamp(10, Timestamp.from(gpu.stateSince()));
            statement.setString(11, gpu.stateCause());
            statement.setBoolean(12, gpu.byOperator());
            statement.setObject(13, gpu.memoryMib(), Types.DOUBLE);
            statement.setDouble(14, gpu.failureRisk());
            statement.setTimestamp(15, gpu.criticalAt() == null ? null : Timestamp.from(gpu.criticalAt()));
        });
    }

    /** GPUs that were last seen before an instant and are in ordinary service: their machines are gone. */
    List<String> goneSince(Instant limit) {
        return jdbc.queryForList(
                "SELECT gpu_uuid FROM gpus WHERE last_sample_at < ? AND state IN ('HEALTHY', 'DEGRADED')",
                String.class,
                Timestamp.from(limit));
    }

    void forget(Collection<String> gpuUuids) {
        jdbc.batchUpdate(
                "DELETE FROM gpus WHERE gpu_uuid = ?",
                gpuUuids,
                1_000,
                (statement, uuid) -> statement.setString(1, uuid));
        jdbc.batchUpdate(
                "UPDATE gpu_alerts SET resolved_at = last_at WHERE gpu_uuid = ? AND resolved_at IS NULL",
                gpuUuids,
                1_000,
                (statement, uuid) -> statement.setString(1, uuid));
    }

    private static Gpu gpu(ResultSet row) throws SQLException {
        return new Gpu(
                row.getString("gpu_uuid"),
                row.getString("miner_id"),
                row.getString("model"),
                row.getString("driver"),
                (Integer) row.getObject("gpu_index"),
                row.getString("pci_bus_id"),
                row.getTimestamp("first_seen_at").toInstant(),
                row.getTimestamp("last_sample_at").toInstant(),
                GpuState.valueOf(row.getString("state")),
                row.getTimestamp("state_since").toInstant(),
                row.getString("state_cause"),
                row.getBoolean("by_operator"),
                (Double) row.getObject("memory_mib"),
                row.getDouble("failure_risk"),
                row.getTimestamp("critical_at") == null
                        ? null
                        : row.getTimestamp("critical_at").toInstant());
    }
}
