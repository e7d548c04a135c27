package io.aitbc.monitoring.collect;

/** What a run failed for. */
enum Cause {
    /** Prometheus did not answer. */
    PROMETHEUS,
    /** The disk is full, or the folder cannot be written. */
    STORAGE,
    /** A fault of ours. */
    INTERNAL
}
