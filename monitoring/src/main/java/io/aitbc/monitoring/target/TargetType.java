package io.aitbc.monitoring.target;

/** What kind of thing a target is; each has KPIs of its own. */
public enum TargetType {
    VLLM,
    QDRANT,
    NODE,
    DCGM,
    CUSTOM
}
