package io.aitbc.benchmarks.gpu;

import io.aitbc.gpu.device.GpuDevice;
import io.aitbc.gpu.device.GpuState;
import io.aitbc.gpu.metrics.GpuReading;
import io.aitbc.gpu.metrics.GpuSeries;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A scrape of 10,000 GPUs with all their series, as text. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ScrapeBenchmark {

    private final List<GpuReading> fleet = new ArrayList<>();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

    @Setup
    public void setUp() {
        Random random = new Random(1);
        for (int gpu = 0; gpu < 10_000; gpu++) {
            GpuDevice device = Samples.device(gpu);
            fleet.add(new GpuReading(
                    device.uuid(),
                    "miner-" + gpu / 8,
                    device.model(),
                    device.index(),
                    GpuState.HEALTHY,
                    Samples.of(device, gpu, 1, random)));
        }
    }

    @Benchmark
    public long scrape() throws IOException {
        long[] bytes = {0};
        writer.write(
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        bytes[0]++;
                    }

                    @Override
                    public void write(byte[] buffer, int from, int length) {
                        bytes[0] += length;
                    }
                },
                new MetricSnapshots(GpuSeries.of(fleet)));
        return bytes[0];
    }
}
