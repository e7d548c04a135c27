package io.aitbc.poolhub.job;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What the jobs that wait ask for, all together. */
@Component
public class WaitingWork {

    /**
     * Jobs that ask for the same kind of GPU.
     *
     * @param gpuName part of the product name, lower case; null for any
     * @param minVramGb of each GPU, GiB
     * @param gpusPerJob on one machine
     * @param gpus of all these jobs
     */
    public record Kind(@Nullable String gpuName, double minVramGb, int gpusPerJob, int jobs, int gpus) {}

    private final JdbcClient jdbc;

    WaitingWork(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** By kind. */
    public List<Kind> kinds() {
        return jdbc.sql("""
                SELECT lower(gpu_name) AS gpu_name, min_vram_gb, gpu_count, count(*) AS jobs, sum(gpu_count) AS gpus
                FROM jobs WHERE state = 'QUEUED' GROUP BY 1, 2, 3
                """)
                .query((row, n) -> new Kind(row.getString(1), row.getDouble(2), row.getInt(3), row.getInt(4), (int)
                        Math.min(Integer.MAX_VALUE, row.getLong(5))))
                .list();
    }
}
