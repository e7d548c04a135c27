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
 * @param work what it is busy with
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
        Work work,
        int queueLen,
        @Nullable Double etaMs,
        double successes,
        double failures,
        @Nullable Instant trustAt,
        List<Window> maintenance,
        boolean draining) {

    /**
     * What a miner is busy with. Its last heartbeat may be older than what the pool gave it since: each is counted once.
     *
     * @param reported jobs by its last heartbeat
     * @param pool jobs that the pool has given it and that have not ended
     * @param started those of them that it has started, which the next heartbeat counts
     * @param other jobs of the last heartbeat which were not the pool's
     * @param gpus usable GPUs that the pool's jobs have
     */
    public record Work(int reported, int pool, int started, int other, int gpus) {

        /** Idle. */
        public static final Work NONE = new Work(0, 0, 0, 0, 0);

        Work reporting(int jobs) {
            return new Work(jobs, pool, started, Math.max(0, jobs - started), gpus);
        }

        int jobs() {
            return pool + other;
        }
    }

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

    /** How people see it now: maintenance lies over all else, and who is silent is down. */
    public MinerState shownState(Instant now) {
        if (isInMaintenance(now)) {
            return MinerState.MAINTENANCE;
        }
        boolean silent = state != MinerState.NOT_ENROLLED && state != MinerState.UNKNOWN && !isAlive(now);
        return silent ? MinerState.DOWN : state;
    }

    /** Jobs by its last heartbeat. */
    public int currentJobs() {
        return work.reported();
    }

    /** GPUs that may get work and have none from the pool. */
    public int freeGpus() {
        return Math.max(0, usableGpus() - work.gpus());
    }

    /** GPUs that may get work. */
    public int usableGpus() {
        return Math.max(0, gpuCount - gpusOut);
    }

    /** Jobs that it could take now; its slots shrink with its usable GPUs, and without a free GPU there is none. */
    public int freeSlots() {
        if (work.gpus() > 0 && freeGpus() == 0) {
            return 0;
        }
        int slots = gpusOut == 0 || gpuCount == 0 ? maxParallel : maxParallel * usableGpus() / gpuCount;
        return Math.max(0, slots - work.jobs());
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
                work.reporting(beat.currentJobs()),
                beat.queueLen(),
                beat.etaMs() == null ? etaMs : beat.etaMs(),
                successes,
                failures,
                trustAt,
                maintenance,
                beat.isDraining());
    }

    /** With the heartbeat that somebody else's copy knows. */
    FleetMiner heard(FleetMiner later) {
        return new FleetMiner(
                minerId,
                enrollment,
                later.state,
                later.downAfter,
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
                work.reporting(later.work.reported()),
                later.queueLen,
                later.etaMs,
                successes,
                failures,
                trustAt,
                maintenance,
                later.draining);
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
                work,
                queueLen,
                etaMs,
                newSuccesses,
                newFailures,
                at,
                maintenance,
                draining);
    }
}
