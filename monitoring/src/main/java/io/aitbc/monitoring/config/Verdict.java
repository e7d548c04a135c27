package io.aitbc.monitoring.config;

/** What became of a generation of the file. */
enum Verdict {
    /** It is being written; or its writer was killed, and what it left is looked after within seconds. */
    WRITING,
    /** Prometheus runs it. */
    APPLIED,
    /** It was never put in place: promtool, or the disk, refused it. */
    REFUSED,
    /** Prometheus did not take it; the one before was put back. */
    REJECTED,
    /** Prometheus took it, but does not run all of it; the one before was put back. */
    PARTIAL,
    /** Prometheus did not answer; the one before was put back. */
    AWAY,
    /** Somebody else changed the file at the same time; it stays as he left it. */
    OVERWRITTEN,
    /** Its writer was killed before the end; it does not count. */
    ROLLED_BACK
}
