package io.aitbc.poolhub.gpu;

import io.aitbc.gpu.device.GpuState;
import io.aitbc.gpu.scheduling.GpuSlot;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** The pool's GPUs as placement sees them. */
@Repository
public class PoolGpus {

    private final JdbcTemplate jdbc;

    PoolGpus(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Every GPU that ever told of itself; the node is its miner. Topology is not known over the wire yet. */
    public List<GpuSlot> slots() {
        return jdbc.query(
                """
                SELECT g.gpu_uuid, g.miner_id, g.model, g.memory_mib, g.state, g.failure_risk,
                       EXISTS (SELECT 1 FROM gpu_alerts a WHERE a.gpu_uuid = g.gpu_uuid AND a.resolved_at IS NULL
                               AND a.severity = 'CRITICAL' AND NOT a.shadow AND NOT a.overridden
                               AND a.action <> 'RECORD') AS critical
                FROM gpus g ORDER BY g.miner_id, g.gpu_index, g.gpu_uuid
                """,
                (row, n) -> new GpuSlot(
                        row.getString("gpu_uuid"),
                        row.getString("miner_id"),
                        row.getString("model"),
                        (long) row.getDouble("memory_mib"),
                        -1,
                        -1,
                        GpuState.valueOf(row.getString("state")),
                        row.getBoolean("critical"),
                        row.getDouble("failure_risk")));
    }
}
