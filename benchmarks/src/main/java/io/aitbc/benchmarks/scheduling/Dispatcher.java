package io.aitbc.benchmarks.scheduling;

import io.aitbc.benchmarks.scheduling.Day.Job;
import io.aitbc.gpu.scheduling.GpuSlot;
import java.util.List;

/** A way to schedule. Times are seconds of the day. */
interface Dispatcher {

    /** What it wants done. */
    record Orders(List<Start> starts, List<String> stops) {}

    /** A job starts on GPUs. */
    record Start(String jobId, List<String> gpus) {}

    void submit(Job job, int now);

    Orders next(int now);

    /** A job stopped as ordered, with what it has done. */
    void stopped(String jobId, int now, int done);

    void completed(String jobId, int now);

    /** A job died; it is to be tried again. */
    void died(Job job, int now, int done);

    /** A GPU's health as telemetry tells it; answers which job must stop for it, if any. */
    List<String> health(GpuSlot gpu);
}
