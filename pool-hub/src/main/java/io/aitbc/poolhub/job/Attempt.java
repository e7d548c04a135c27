package io.aitbc.poolhub.job;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job on a miner, once.
 *
 * @param leaseUntil by when the miner must have said that it started
 * @param billedThrough up to when usage was written
 * @param stoppingFor the job that gets its GPUs
 */
record Attempt(
        String jobId,
        int attempt,
        String minerId,
        List<String> gpuUuids,
        State state,
        Instant assignedAt,
        Instant leaseUntil,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Instant billedThrough,
        @Nullable Outcome outcome,
        @Nullable Instant stopRequested,
        @Nullable String stoppingFor,
        @Nullable String cause) {

    /** Where it stands. */
    enum State {
        ASSIGNED,
        RUNNING,
        ENDED
    }

    /** How it ended. */
    enum Outcome {
        COMPLETED,
        FAILED,
        /** Before its end, for another job, for its GPUs' health, or because its miner goes away. */
        STOPPED,
        CANCELLED,
        /** Its miner fell silent. */
        LOST,
        /** Its miner never said that it started. */
        EXPIRED
    }

    boolean isOver() {
        return state == State.ENDED;
    }
}
