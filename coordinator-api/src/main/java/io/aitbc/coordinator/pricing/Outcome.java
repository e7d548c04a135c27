package io.aitbc.coordinator.pricing;

/** How work ended that did not go well; a version of a price plan says which of these is paid for. */
public enum Outcome {
    /** The miner or the pool failed. */
    PROVIDER_FAULT,
    /** The job itself failed, or was cancelled by its owner. */
    USER_ERROR,
    /** Work of a preempted job beyond its last checkpoint, which has to be done again. */
    PREEMPTED
}
