package io.aitbc.benchmarks.forecasting;

import io.aitbc.forecasting.Forecast;
import io.aitbc.forecasting.Forecaster;
import io.aitbc.forecasting.Series;
import io.aitbc.forecasting.Settings;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One series of 28 days on one core: all models at all origins, the choice, the intervals. Another series each time. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
public class ForecastBenchmark {

    private static final int SERIES = 16;

    /** Hours ahead. */
    @Param({"24", "168"})
    int horizon;

    private final Series[] series =
            LongStream.range(0, SERIES).mapToObj(Demand::of).toArray(Series[]::new);
    private int next;

    /** What a capacity snapshot asks for per GPU class. */
    @Benchmark
    public Forecast forecast() {
        next = (next + 1) % SERIES;
        return Forecaster.forecast(series[next], horizon, Settings.hourly());
    }
}
