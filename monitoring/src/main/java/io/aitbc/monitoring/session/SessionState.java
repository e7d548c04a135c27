package io.aitbc.monitoring.session;

/** Where a session stands. */
public enum SessionState {
    /** It has no target yet. */
    PLANNED,
    /** Not all of its targets were scraped yet. */
    ARMING,
    /** All of its targets are scraped. */
    RUNNING,
    /** A window is over, and what was scraped last is waited for. */
    SETTLING,
    /** The last window was collected. */
    COLLECTED,
    /** The last window could not be collected. */
    FAILED,
    /** Nothing is scraped for it any more; its windows can still be collected. */
    STOPPED
}
