package io.aitbc.gpu.metrics;

import io.aitbc.gpu.device.GpuState;
import io.aitbc.gpu.telemetry.GpuSample;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A GPU at the moment of a scrape.
 *
 * @param sample what it said last; null when that is too long ago: then it has no series but its state
 * @param failureRisk 0..1, that it gets critical within half an hour or fails by its memory
 * @param secondsToCritical NaN when it is not on its way there
 * @param allocated whether a job has it
 * @param lastSampleAt when it last said anything; null when that is not known
 * @param boardPowerWatts rated power of its board; NaN for an unknown model
 */
public record GpuReading(
        String uuid,
        String minerId,
        @Nullable String model,
        @Nullable Integer index,
        GpuState state,
        @Nullable GpuSample sample,
        double failureRisk,
        double secondsToCritical,
        boolean allocated,
        @Nullable Instant lastSampleAt,
        double boardPowerWatts) {

    /** A GPU of which nothing is expected, and which nobody uses. */
    public GpuReading(
            String uuid,
            String minerId,
            @Nullable String model,
            @Nullable Integer index,
            GpuState state,
            @Nullable GpuSample sample) {
        this(
                uuid,
                minerId,
                model,
                index,
                state,
                sample,
                0,
                Double.NaN,
                false,
                sample == null ? null : sample.at(),
                Double.NaN);
    }
}
