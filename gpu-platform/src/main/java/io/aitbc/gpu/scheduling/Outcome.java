package io.aitbc.gpu.scheduling;

/** How a job ended. */
public enum Outcome {
    COMPLETED,
    /** By its own fault or its machine's: too many in a row show that it is the machine's. */
    FAILED,
    /** By somebody's will. */
    CANCELLED
}
