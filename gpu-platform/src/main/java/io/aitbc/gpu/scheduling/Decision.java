package io.aitbc.gpu.scheduling;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a scheduler decided; the host makes it so. */
public sealed interface Decision {

    String jobId();

    /**
     * A job starts.
     *
     * @param gpuUuids its GPUs, all of them
     * @param nodes their machines
     * @param local whether all are on one NUMA node and NVLink island, as far as that is known
     * @param cost what {@link Policy.Weights} made of the place; lower is better
     */
    record Place(String jobId, List<String> gpuUuids, List<String> nodes, boolean local, double cost)
            implements Decision {
        public Place {
            gpuUuids = List.copyOf(gpuUuids);
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * A job must stop; it is queued again when the host says that it did, with what it has done so far.
     *
     * @param forJob the job that gets its GPUs; null when their health is the cause
     */
    record Preempt(String jobId, @Nullable String forJob, String reason) implements Decision {}
}
