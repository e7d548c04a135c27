package io.aitbc.poolhub.gpu;

import io.aitbc.gpu.device.GpuDevice;
import io.aitbc.gpu.device.GpuState;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.Signal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A GPU of the pool.
 *
 * @param stateCause why it is in its state
 * @param byOperator whether a person put it there
 * @param memoryMib its memory as it said itself
 * @param failureRisk 0..1, that it gets critical within half an hour or fails by its memory
 * @param criticalAt when it is expected to get critical, or the time when it was found to be; null when it is not
 */
public record Gpu(
        String gpuUuid,
        String minerId,
        @Nullable String model,
        @Nullable String driver,
        @Nullable Integer gpuIndex,
        @Nullable String pciBusId,
        Instant firstSeenAt,
        Instant lastSampleAt,
        GpuState state,
        Instant stateSince,
        String stateCause,
        boolean byOperator,
        @Nullable Double memoryMib,
        double failureRisk,
        @Nullable Instant criticalAt) {

    /** What it has in common with others. */
    List<String> groups() {
        return List.of(
                "miner=" + minerId,
                "model=" + (model == null ? "unknown" : model),
                "driver=" + (driver == null ? "unknown" : driver));
    }

    Gpu in(GpuState next, Instant since, String cause, boolean operator) {
        return new Gpu(
                gpuUuid,
                minerId,
                model,
                driver,
                gpuIndex,
                pciBusId,
                firstSeenAt,
                lastSampleAt,
                next,
                since,
                cause,
                operator,
                memoryMib,
                failureRisk,
                criticalAt);
    }

    Gpu seen(String miner, GpuSample sample) {
        GpuDevice device = sample.device();
        return new Gpu(
                gpuUuid,
                miner,
                device.model() == null ? model : device.model(),
                device.driver() == null ? driver : device.driver(),
                device.index() == null ? gpuIndex : device.index(),
                device.pciBusId() == null ? pciBusId : device.pciBusId(),
                firstSeenAt,
                sample.at(),
                state,
                stateSince,
                stateCause,
                byOperator,
                sample.has(Signal.MEMORY_TOTAL) ? (Double) sample.value(Signal.MEMORY_TOTAL) : memoryMib,
                failureRisk,
                criticalAt);
    }

    Gpu expected(double risk, @Nullable Instant critical) {
        return new Gpu(
                gpuUuid,
                minerId,
                model,
                driver,
                gpuIndex,
                pciBusId,
                firstSeenAt,
                lastSampleAt,
                state,
                stateSince,
                stateCause,
                byOperator,
                memoryMib,
                risk,
                critical);
    }

    static Gpu first(String miner, GpuSample sample) {
        GpuDevice device = sample.device();
        return new Gpu(
                device.uuid(),
                miner,
                device.model(),
                device.driver(),
                device.index(),
                device.pciBusId(),
                sample.at(),
                sample.at(),
                GpuState.HEALTHY,
                sample.at(),
                "first seen",
                false,
                sample.has(Signal.MEMORY_TOTAL) ? (Double) sample.value(Signal.MEMORY_TOTAL) : null,
                0,
                null);
    }
}
