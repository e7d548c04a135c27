package io.aitbc.gpu.scheduling;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A job on its GPUs.
 *
 * @param waited how long it has waited in all
 * @param done how much of it was saved before or since it was placed here
 * @param stopping whether it was told to stop
 */
public record Running(
        JobRequest job, List<String> gpuUuids, Instant startedAt, Duration waited, Duration done, boolean stopping) {

    public Running {
        gpuUuids = List.copyOf(gpuUuids);
    }

    Running told() {
        return new Running(job, gpuUuids, startedAt, waited, done, true);
    }

    /** Until when it is thought to run; not before now. */
    Instant expectedEnd(Instant now) {
        Instant end = startedAt.plus(job.expected());
        return end.isBefore(now) ? now : end;
    }
}
