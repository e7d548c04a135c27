package io.aitbc.poolhub.gpu;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Who uses which GPU. The database refuses to give one to two. */
@Repository
public class GpuLeases {

    private final JdbcTemplate jdbc;

    GpuLeases(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Gives GPUs of a miner to a job.
     *
     * @throws org.springframework.dao.DuplicateKeyException when one is in use
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void take(Collection<String> gpuUuids, String minerId, String jobId, int attempt) {
        jdbc.batchUpdate(
                "INSERT INTO gpu_leases (gpu_uuid, miner_id, job_id, attempt) VALUES (?, ?, ?, ?)",
                gpuUuids,
                1_000,
                (statement, uuid) -> {
                    statement.setString(1, uuid);
                    statement.setString(2, minerId);
                    statement.setString(3, jobId);
                    statement.setInt(4, attempt);
                });
    }

    /** Takes a job's GPUs back. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void release(String jobId, int attempt) {
        jdbc.update("DELETE FROM gpu_leases WHERE job_id = ? AND attempt = ?", jobId, attempt);
    }

    /** The job on a GPU; empty when it has none. */
    public Optional<String> jobOn(String gpuUuid) {
        return jdbc.queryForList("SELECT job_id FROM gpu_leases WHERE gpu_uuid = ?", String.class, gpuUuid).stream()
                .findFirst();
    }

    /** The job on each GPU in use. */
    Map<String, String> all() {
        Map<String, String> jobs = new HashMap<>();
        jdbc.query("SELECT gpu_uuid, job_id FROM gpu_leases", row -> {
            jobs.put(row.getString(1), row.getString(2));
        });
        return jobs;
    }

    /** How many jobs each miner has by leases. */
    Map<String, Integer> jobsByMiner() {
        Map<String, Integer> jobs = new HashMap<>();
        jdbc.query("SELECT miner_id, count(DISTINCT job_id) FROM gpu_leases GROUP BY miner_id", row -> {
            jobs.put(row.getString(1), row.getInt(2));
        });
        return jobs;
    }
}
