package io.aitbc.gpu.metrics;

import io.aitbc.gpu.device.GpuState;
import io.aitbc.gpu.telemetry.GpuSample;
import org.jspecify.annotations.Nullable;

/**
 * A GPU at the moment of a scrape.
 *
 * @param sample what it said last; null when that is too long ago: then it has no series but its state
 */
public record GpuReading(
        String uuid,
        String minerId,
        @Nullable String model,
        @Nullable Integer index,
        GpuState state,
        @Nullable GpuSample sample) {}
