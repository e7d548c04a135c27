package io.aitbc.poolhub.miner;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A miner as matching sees it.
 *
 * @param vramGb GPU memory per GPU in GB; null when the miner did not say
 * @param gpusOut how many of its GPUs may get no work
 * @param downAfter silence beyond this instant means that it is down
 * @param etaMs network latency last reported, ms
 * @param successes decayed count of completed work as of {@code trustAt}
 * @param failures decayed count of failed work as of {@code trustAt}
 * @param maintenance agreed downtime now or ahead
 * @param draining whether it said that it takes no new work
 */
public record FleetMiner(
        String minerId,
        Enrollment enrollment,
        MinerState state,
        @Nullable Instant downAfter,
        @Nullable String addr,
        @Nullable String proto,
        @Nullable String gpuName,
        @Nullable Double vramGb,
        int gpuCount,
        int gpusOut,
        @Nullable Double ramGb,
        int maxParallel,
        BigDecimal price,
        Set<String> capabilities,
        @Nullable String region,
        int currentJobs,
        int queueLen,
        @Nullable Double etaMs,
        double successes,
        double failures,
        @Nullable Instant trustAt,
        List<Window> maintenance,
        boolean draining) {

    /** Agreed downtime, [start, end). */
    public record Window(Instant start, Instant end) {}

    /** Whether it may work here at all. */
    public boolean isApproved() {
        return enrollment == Enrollment.APPROVED;
    }

    /** Whether it beats now. */
    public boolean isAlive(Instant now) {
        return (state == MinerState.UP || state == MinerState.DEGRADED) && downAfter != null && now.isBefore(downAfter);
    }

    /** Whether agreed downtime holds now. */
    public boolean isInMaintenance(Instant now) {
        for (Window window : maintenance) {
            if (!now.isBefore(window.start()) && now.isBefore(window.end())) {
                return true;
            }
        }
        return false;
    }

    /** GPUs that may get work. */
    public int usableGpus() {
        return Math.max(0, gpuCount - gpusOut);
    }

    /** Jobs that it could take now; its slots shrink with its usable GPUs. */
    public int freeSlots() {
        int slots = gpusOut == 0 || gpuCount == 0 ? maxParallel : maxParallel * usableGpus() / gpuCount;
        return Math.max(0, slots - currentJobs);
    }

    FleetMiner beaten(Beat beat, Instant until) {
        return new FleetMiner(
                minerId,
                enrollment,
                beat.state(),
                until,
                addr,
                proto,
                gpuName,
                vramGb,
                gpuCount,
                gpusOut,
                ramGb,
                maxParallel,
                price,
                capabilities,
                region,
                beat.currentJobs(),
                beat.queueLen(),
                beat.etaMs() == null ? etaMs : beat.etaMs(),
                successes,
                failures,
                trustAt,
                maintenance,
                beat.isDraining());
    }

    FleetMiner trusted(double newSuccesses, double newFailures, Instant at) {
        return new FleetMiner(
                minerId,
                enrollment,
                state,
                downAfter,
                addr,
                proto,
                gpuName,
                vramGb,
                gpuCount,
                gpusOut,
                ramGb,
                maxParallel,
                price,
                capabilities,
                region,
                currentJobs,
                queueLen,
                etaMs,
                newSuccesses,
                newFailures,
                at,
                maintenance,
                draining);
    }
}
