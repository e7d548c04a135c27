package io.aitbc.poolhub.job;

import java.util.Set;

/** Where a job stands. */
public enum JobState {
    /** Waits for GPUs, for the first time or again. */
    QUEUED,
    /** Has GPUs; its miner has not said that it started. */
    ASSIGNED,
    RUNNING,
    COMPLETED,
    FAILED,
    CANCELLED;

    boolean isOver() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }

    /** The states that may follow. */
    Set<JobState> next() {
        return switch (this) {
            case QUEUED -> Set.of(ASSIGNED, COMPLETED, FAILED, CANCELLED);
            case ASSIGNED, RUNNING -> Set.of(QUEUED, RUNNING, COMPLETED, FAILED, CANCELLED);
            case COMPLETED, FAILED, CANCELLED -> Set.of();
        };
    }
}
