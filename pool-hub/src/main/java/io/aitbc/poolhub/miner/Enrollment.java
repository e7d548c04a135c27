package io.aitbc.poolhub.miner;

/** Where a miner stands in its life at this pool. */
public enum Enrollment {
    /** Registered without the enrolment token; an operator has to approve it. */
    PENDING,
    /** May get work. */
    APPROVED,
    /** Finishes its work and gets no more. */
    DRAINING,
    /** Gone; its history stays. */
    REMOVED
}
