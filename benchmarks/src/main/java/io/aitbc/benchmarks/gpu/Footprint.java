package io.aitbc.benchmarks.gpu;

import io.aitbc.gpu.device.GpuDevice;
import io.aitbc.gpu.health.HealthMonitor;
import io.aitbc.gpu.prediction.CriticalLevels;
import io.aitbc.gpu.prediction.HealthPredictor;
import io.aitbc.gpu.rules.RuleBook;
import io.aitbc.gpu.rules.RuleSet;
import io.aitbc.gpu.scheduling.GpuSlot;
import io.aitbc.gpu.scheduling.Policy;
import io.aitbc.gpu.scheduling.Scheduler;
import io.aitbc.gpu.telemetry.GpuSample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Bytes of heap that the library holds per GPU, of 20,000 that were watched for an hour. */
public final class Footprint {

    private static final int GPUS = 20_000;
    private static final int STEPS = 120;

    private Footprint() {}

    /** Prints a table; no arguments. */
    public static void main(String[] arguments) {
        List<GpuDevice> devices = new ArrayList<>();
        for (int gpu = 0; gpu < GPUS; gpu++) {
            devices.add(Samples.device(gpu));
        }
        System.out.println("| held per GPU | bytes |\n|---|---|");
        double all = row("health monitor", () -> monitored(devices))
                + row("predictor", () -> predicted(devices))
                + row("scheduler", () -> scheduled(devices))
                + row("latest sample", () -> latest(devices));
        System.out.printf(Locale.ROOT, "| **all** (aim ≤ 4096) | %.0f |%n", all);
    }

    private static double row(String name, Supplier<Object> build) {
        // Built twice: whatever is loaded once is not a GPU's.
        @Nullable Object held = build.get();
        held = null;
        long before = used();
        held = build.get();
        double bytes = (double) (used() - before) / GPUS;
        if (Objects.hashCode(held) == 42) {
            System.out.print(""); // It must live until here.
        }
        System.out.printf(Locale.ROOT, "| %s | %.0f |%n", name, bytes);
        return bytes;
    }

    private static Object monitored(List<GpuDevice> devices) {
        HealthMonitor monitor = new HealthMonitor(new RuleBook(RuleSet.standard()), Samples.INTERVAL);
        feed(devices, sample -> monitor.accept(sample));
        return monitor;
    }

    private static Object predicted(List<GpuDevice> devices) {
        HealthPredictor predictor = new HealthPredictor(CriticalLevels.of(RuleSet.standard()));
        feed(devices, predictor::updateMetrics);
        return predictor;
    }

    private static Object scheduled(List<GpuDevice> devices) {
        Scheduler scheduler = new Scheduler(Policy.standard());
        for (GpuDevice device : devices) {
            scheduler.put(GpuSlot.healthy(
                    device.uuid(), String.valueOf(device.host()), String.valueOf(device.model()), 81_559));
        }
        return scheduler;
    }

    private static Object latest(List<GpuDevice> devices) {
        Random random = new Random(1);
        List<GpuSample> samples = new ArrayList<>();
        for (int gpu = 0; gpu < devices.size(); gpu++) {
            samples.add(Samples.of(devices.get(gpu), gpu, 1, random));
        }
        return samples;
    }

    private interface Sink {
        void take(GpuSample sample);
    }

    private static void feed(List<GpuDevice> devices, Sink sink) {
        Random random = new Random(1);
        for (int step = 0; step < STEPS; step++) {
            for (int gpu = 0; gpu < devices.size(); gpu++) {
                sink.take(Samples.of(devices.get(gpu), gpu, step, random));
            }
        }
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used;
    }
}
