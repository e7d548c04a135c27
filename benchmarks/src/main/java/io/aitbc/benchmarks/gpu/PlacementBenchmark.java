package io.aitbc.benchmarks.gpu;

import io.aitbc.gpu.scheduling.Decision;
import io.aitbc.gpu.scheduling.GpuSlot;
import io.aitbc.gpu.scheduling.JobRequest;
import io.aitbc.gpu.scheduling.Policy;
import io.aitbc.gpu.scheduling.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One pass of the scheduler over 1,000 queued jobs (gangs of 1 to 8) and 10,000 GPUs in 1,250 machines. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 15)
@Measurement(iterations = 25)
public class PlacementBenchmark {

    private static final Instant T0 = Instant.parse("2026-03-01T00:00:00Z");
    private static final String[] MODELS = {"A100", "H100", "H200", "L40S"};
    private static final long[] MEMORY = {81_920, 81_559, 143_771, 46_068};

    /** Share of the GPUs in use before, percent. */
    @Param({"0", "50", "95", "100"})
    int inUse;

    private Scheduler scheduler = new Scheduler(Policy.standard());

    @Setup(Level.Iteration)
    public void setUp() {
        Random random = new Random(7);
        scheduler = new Scheduler(Policy.standard());
        for (int gpu = 0; gpu < 10_000; gpu++) {
            int node = gpu / 8;
            int model = node % MODELS.length;
            scheduler.put(GpuSlot.healthy("gpu-" + gpu, "node-" + node, MODELS[model], MEMORY[model])
                    .at(gpu % 8 / 4, gpu % 8 / 4));
        }
        for (int i = 0; scheduler.counts().allocated() < 100 * inUse; i++) {
            for (int j = 0; j < 50; j++) {
                scheduler.submit(job("old-" + i + "-" + j, random, 1), T0);
            }
            scheduler.schedule(T0);
        }
        for (int i = 0; i < 1_000; i++) {
            int gpus = 1 << random.nextInt(4);
            scheduler.submit(job("job-" + i, random, gpus), T0.plusSeconds(i));
        }
    }

    private static JobRequest job(String id, Random random, int gpus) {
        return new JobRequest(
                id,
                "tenant-" + random.nextInt(20),
                40 + random.nextInt(20),
                gpus,
                random.nextInt(3) * 40_000L,
                random.nextInt(3) == 0 ? MODELS[random.nextInt(MODELS.length)] : null,
                Duration.ofMinutes(10 + random.nextInt(600)),
                random.nextInt(3) != 0,
                false,
                Set.of());
    }

    @Benchmark
    public List<Decision> schedule() {
        return scheduler.schedule(T0.plusSeconds(2_000));
    }
}
