package io.aitbc.monitoring.config;

/** What has been done of a generation; a writer may be killed after each. */
enum Step {
    RECORDED,
    STAGED,
    CHECKED,
    KEPT,
    MOVED,
    RELOADED,
    VERIFIED,
    /** After a failure: the file is as it was. */
    RESTORED
}
