package io.aitbc.gpu.health;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs died of an application's XID on which GPUs: the same job on several GPUs carries its mistake with it; several
 * jobs of several tenants on one GPU have only the GPU in common. Safe for use by several threads.
 */
public final class XidHistory {

    private static final int MOST_PER_GPU = 32;
    private static final int MOST_JOBS = 10_000;
    private static final int MOST_GPUS_PER_JOB = 8;

    /** Whose fault it is, as far as can be told. */
    public enum Verdict {
        /** Too little is known. */
        UNDECIDED,
        /** The job died the same way on other GPUs. */
        APPLICATION,
        /** Jobs that die nowhere else die on this GPU. */
        HARDWARE
    }

    private record Death(Instant at, String jobId, String tenantId) {}

    private final Map<String, Deque<Death>> byGpu = new HashMap<>();
    private final Map<String, Set<String>> gpusOfJob = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Set<String>> eldest) {
            return size() > MOST_JOBS;
        }
    };

    /** A job died of an XID on a GPU; XIDs without a known job tell nothing here. */
    public synchronized void died(String gpuUuid, Instant at, @Nullable String jobId, @Nullable String tenantId) {
        if (jobId == null) {
            return;
        }
        Deque<Death> deaths = byGpu.computeIfAbsent(gpuUuid, uuid -> new ArrayDeque<>());
        deaths.addLast(new Death(at, jobId, tenantId == null ? "" : tenantId));
        if (deaths.size() > MOST_PER_GPU) {
            deaths.removeFirst();
        }
        Set<String> gpus = gpusOfJob.computeIfAbsent(jobId, id -> new HashSet<>());
        if (gpus.size() < MOST_GPUS_PER_JOB) {
            gpus.add(gpuUuid);
        }
    }

    /**
     * Whose fault the deaths of a GPU's jobs are.
     *
     * @param jobs how many different jobs that died nowhere else make it the GPU's fault
     * @param tenants of how many different tenants
     * @param within how far back deaths count
     */
    public synchronized Verdict verdict(String gpuUuid, Instant at, int jobs, int tenants, Duration within) {
        Deque<Death> deaths = byGpu.get(gpuUuid);
        if (deaths == null) {
            return Verdict.UNDECIDED;
        }
        Set<String> onlyHere = new HashSet<>();
        Set<String> theirTenants = new HashSet<>();
        boolean elsewhere = false;
        for (Death death : deaths) {
            if (death.at().plus(within).isBefore(at)) {
                continue;
            }
            Set<String> gpus = gpusOfJob.get(death.jobId());
            if (gpus != null && gpus.size() > 1) {
                elsewhere = true;
            } else {
                onlyHere.add(death.jobId());
                theirTenants.add(death.tenantId());
            }
        }
        if (onlyHere.size() >= jobs && theirTenants.size() >= tenants) {
            return Verdict.HARDWARE;
        }
        return elsewhere && onlyHere.isEmpty() ? Verdict.APPLICATION : Verdict.UNDECIDED;
    }

    /** A GPU is no longer watched. */
    public synchronized void forget(String gpuUuid) {
        byGpu.remove(gpuUuid);
    }
}
