package io.aitbc.benchmarks.gpu;

import io.aitbc.gpu.device.GpuDevice;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.Signal;
import io.aitbc.gpu.telemetry.ThrottleReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.Set;

/** Samples of a fleet that does its work: what nvidia-smi gives, noise, a few GPUs that are too hot. */
final class Samples {

    static final Duration INTERVAL = Duration.ofSeconds(30);

    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final String[] MODELS = {
        "NVIDIA A100-SXM4-80GB", "NVIDIA H100 80GB HBM3", "NVIDIA H200", "NVIDIA L40S", "NVIDIA GeForce RTX 4090"
    };

    private Samples() {}

    static GpuDevice device(int gpu) {
        return new GpuDevice(
                String.format("GPU-%08x-0000-4000-8000-000000000000", gpu),
                MODELS[gpu % MODELS.length],
                "590.48.01",
                gpu % 8,
                "00000000:00:09.0",
                "node-" + gpu / 8);
    }

    static GpuSample of(GpuDevice device, int gpu, int step, Random random) {
        boolean hot = gpu % 100 == 7;
        return GpuSample.of(device, START.plus(INTERVAL.multipliedBy(step)))
                .set(Signal.TEMPERATURE, (hot ? 84 : 62) + random.nextInt(5))
                .set(Signal.MEMORY_TEMPERATURE, 70 + random.nextInt(5))
                .set(Signal.POWER, 300 + random.nextInt(60))
                .set(Signal.POWER_LIMIT, 400)
                .set(Signal.UTILIZATION, 90 + random.nextInt(10))
                .set(Signal.MEMORY_USED, 60_000)
                .set(Signal.MEMORY_TOTAL, 81_559)
                .set(Signal.SM_CLOCK, 1_410)
                .set(Signal.ECC_CORRECTED, step / 50)
                .set(Signal.ECC_UNCORRECTED, 0)
                .set(Signal.PCIE_REPLAYS, 0)
                .set(Signal.NVLINK_ERRORS, 0)
                .set(Signal.ENERGY, 10_000_000.0 * step)
                .throttleReasons(hot ? Set.of(ThrottleReason.SW_THERMAL_SLOWDOWN) : Set.of())
                .build();
    }
}
