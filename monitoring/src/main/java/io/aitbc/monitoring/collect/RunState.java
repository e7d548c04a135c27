package io.aitbc.monitoring.collect;

/** Where a run stands. */
enum RunState {
    /** The window, or the last scrape that belongs to it, is waited for. */
    SETTLING,
    COLLECTING,
    COLLECTED,
    FAILED;

    boolean isOver() {
        return this == COLLECTED || this == FAILED;
    }
}
