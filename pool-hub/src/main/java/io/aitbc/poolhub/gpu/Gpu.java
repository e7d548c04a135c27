package io.aitbc.poolhub.gpu;

import io.aitbc.gpu.device.GpuDevice;
import io.aitbc.gpu.device.GpuState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A GPU of the pool.
 *
 * @param stateCause why it is in its state
 * @param byOperator whether a person put it there
 */
record Gpu(
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
        boolean byOperator) {

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
                operator);
    }

    Gpu seen(String miner, GpuDevice device, Instant at) {
        return new Gpu(
                gpuUuid,
                miner,
                device.model() == null ? model : device.model(),
                device.driver() == null ? driver : device.driver(),
                device.index() == null ? gpuIndex : device.index(),
                device.pciBusId() == null ? pciBusId : device.pciBusId(),
                firstSeenAt,
                at,
                state,
                stateSince,
                stateCause,
                byOperator);
    }

    static Gpu first(String miner, GpuDevice device, Instant at) {
        return new Gpu(
                device.uuid(),
                miner,
                device.model(),
                device.driver(),
                device.index(),
                device.pciBusId(),
                at,
                at,
                GpuState.HEALTHY,
                at,
                "first seen",
                false);
    }
}
