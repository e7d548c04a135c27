package io.aitbc.monitoring.artifact;

/** Whether a threshold is kept. */
public enum Verdict {
    PASS,
    FAIL
}
