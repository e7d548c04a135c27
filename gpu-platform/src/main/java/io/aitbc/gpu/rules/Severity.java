package io.aitbc.gpu.rules;

/** How bad it is, in rising order. */
public enum Severity {
    INFO,
    WARNING,
    /** No new work is placed on a GPU with an open alert of this severity. */
    CRITICAL
}
