package io.aitbc.benchmarks.gpu;

import io.aitbc.gpu.device.GpuDevice;
import io.aitbc.gpu.health.AlertChange;
import io.aitbc.gpu.health.HealthMonitor;
import io.aitbc.gpu.rules.RuleBook;
import io.aitbc.gpu.rules.RuleSet;
import io.aitbc.gpu.telemetry.GpuSample;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Samples judged per second on one core, over all rules in force; one GPU in a hundred is too hot. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms2g", "-Xmx2g"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class HealthBenchmark {

    private static final int BATCH = 10_000;
    private static final int STEPS = 20;

    /** GPUs watched: with few, all that is known of them is in the processor's caches. */
    @Param({"1000", "10000"})
    int gpus;

    private HealthMonitor monitor = monitor();
    private GpuSample[] samples = {};
    private int next;
    private int round;

    private static HealthMonitor monitor() {
        return new HealthMonitor(new RuleBook(RuleSet.standard()), Samples.INTERVAL);
    }

    @Setup
    public void setUp() {
        Random random = new Random(1);
        samples = new GpuSample[gpus * STEPS];
        for (int gpu = 0; gpu < gpus; gpu++) {
            GpuDevice device = Samples.device(gpu);
            for (int step = 0; step < STEPS; step++) {
                samples[step * gpus + gpu] = Samples.of(device, gpu, step, random);
            }
        }
    }

    /** One sample, judged by all rules. Samples are made again with later times, which is part of what is measured. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void accept(Blackhole sink) {
        Duration later = Samples.INTERVAL.multipliedBy((long) round * STEPS);
        for (int i = 0; i < BATCH; i++) {
            GpuSample sample = samples[next];
            List<AlertChange> changes = monitor.accept(sample.at(sample.at().plus(later)));
            if (!changes.isEmpty()) {
                sink.consume(changes);
            }
            if (++next == samples.length) {
                next = 0;
                round++;
                later = Samples.INTERVAL.multipliedBy((long) round * STEPS);
            }
        }
    }
}
