package io.aitbc.coordinator.job;

import java.util.Set;

/** Where a tenant's job stands. */
enum JobState {
    /** Recorded here; the pool has not acknowledged it yet. */
    SUBMITTED,
    /** Waits on the pool for GPUs, for the first time or again. */
    QUEUED,
    /** Has GPUs, and does not run yet. */
    ASSIGNED,
    RUNNING,
    COMPLETED,
    FAILED,
    CANCELLED,
    /** The pool would not take it. */
    REJECTED;

    boolean isOver() {
        return next().isEmpty();
    }

    /** The states that may follow; any news may be missed and made up for by later ones. */
    Set<JobState> next() {
        return switch (this) {
            case SUBMITTED -> Set.of(QUEUED, ASSIGNED, RUNNING, COMPLETED, FAILED, CANCELLED, REJECTED);
            case QUEUED, ASSIGNED, RUNNING -> Set.of(QUEUED, ASSIGNED, RUNNING, COMPLETED, FAILED, CANCELLED);
            case COMPLETED, FAILED, CANCELLED, REJECTED -> Set.of();
        };
    }

    /** Whether a pool can be in it. */
    boolean isOfPool() {
        return this != SUBMITTED && this != REJECTED;
    }
}
