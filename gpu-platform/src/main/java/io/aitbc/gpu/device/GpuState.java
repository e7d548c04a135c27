package io.aitbc.gpu.device;

/** What may be done with a GPU, as decided by remediation and operators. */
public enum GpuState {
    /** Nothing is wrong with it. */
    HEALTHY,
    /** Something was noticed; it keeps working and may get new work. */
    DEGRADED,
    /** Its power is held down until it is cool again; it keeps its work and gets none. */
    THROTTLED,
    /** Its work is being moved away. */
    DRAINING,
    /** Out of use until an operator releases it or a validation passes. */
    QUARANTINED,
    /** Being tested after a quarantine. */
    VALIDATING,
    /** In use again, but only for short, preemptible work. */
    PROBATION;

    /** Whether work of any kind may be placed on it. */
    public boolean takesWork() {
        return this == HEALTHY || this == DEGRADED || this == PROBATION;
    }

    /** Whether it counts as capacity that can be sold. */
    public boolean isSellable() {
        return this == HEALTHY || this == DEGRADED;
    }
}
