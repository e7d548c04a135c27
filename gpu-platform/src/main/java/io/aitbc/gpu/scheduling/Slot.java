package io.aitbc.gpu.scheduling;

import org.jspecify.annotations.Nullable;

/** A GPU, who uses it, and for whom it is kept. */
final class Slot {

    final Node node;
    GpuSlot gpu;

    @Nullable
    String job;

    @Nullable
    String keptFor;

    Slot(Node node, GpuSlot gpu) {
        this.node = node;
        this.gpu = gpu;
    }

    /** Whether any job may take it now. */
    boolean isOpen() {
        return job == null && keptFor == null && gpu.takesWork();
    }

    /** Whether this job may take it now. */
    boolean isOpenTo(String jobId) {
        return job == null && (keptFor == null || keptFor.equals(jobId)) && gpu.takesWork();
    }
}
