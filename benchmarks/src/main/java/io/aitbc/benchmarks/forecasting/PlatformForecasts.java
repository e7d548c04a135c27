package io.aitbc.benchmarks.forecasting;

import io.aitbc.forecasting.Forecaster;
import io.aitbc.forecasting.Series;
import io.aitbc.forecasting.Settings;
import io.aitbc.forecasting.accuracy.Accuracy;
import io.aitbc.forecasting.model.Model;
import io.aitbc.forecasting.model.Models;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/**
 * The forecasts of all GPU classes of all pools at once, a week ahead, on all cores. Beside it what the plainest forecast costs that is
 * judged as well: a week ago, made at the same fourteen origins of the same series and at its end, with one pass over the errors of each.
 */
public final class PlatformForecasts {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int HORIZON = 168;
    private static final int WARM_UP = 100;
    private static final int DAY = 24;
    /** Ours starts to judge itself after two weeks as well. */
    private static final int FIRST_ORIGIN = 14 * DAY;

    private static final int CEILING_ROUNDS = 100;

    /** Nanoseconds of processor time per series, and seconds for all of them. */
    record Times(long[] nanos, double seconds) {

        double slowestMillis() {
            return Arrays.stream(nanos).max().orElse(0) / 1e6;
        }

        double medianMillis() {
            long[] sorted = nanos.clone();
            Arrays.sort(sorted);
            return sorted[(sorted.length - 1) / 2] / 1e6;
        }

        /** Does not rise when others keep the cores busy, but for what they take of the caches. */
        double meanMillis() {
            return Arrays.stream(nanos).average().orElse(0) / 1e6;
        }

        /** What a core is taken by one series for, waiting for others' turns included. */
        double perSeriesAndCore(int cores) {
            return 1000 * seconds * cores / nanos.length;
        }
    }

    private PlatformForecasts() {}

    /** Argument: how many series (1000 unless told, at least 1). */
    public static void main(String[] arguments) throws InterruptedException {
        int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1000;
        if (count < 1) {
            throw new IllegalArgumentException("forecasts must be of at least 1 series, was " + count);
        }
        int cores = Runtime.getRuntime().availableProcessors();
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        List<Series> warmUp = series(count, WARM_UP);
        run(warmUp, cores, PlatformForecasts::ours);
        run(warmUp, cores, PlatformForecasts::plainest);
        List<Series> all = series(0, count);
        Times before = run(all, cores, PlatformForecasts::plainest);
        Times ours = run(all, cores, PlatformForecasts::ours);
        Times after = run(all, cores, PlatformForecasts::plainest);
        double ceiling = (before.meanMillis() + after.meanMillis()) / 2 / CEILING_ROUNDS;
        System.out.printf(
                Locale.ROOT,
                "%d cores, load average before %.2f; %d series of %d hours, %d hours ahead%n%n"
                        + "| in all | per series and core | CPU time per series | median | slowest | plainest | ratio |%n"
                        + "|---|---|---|---|---|---|---|%n"
                        + "| %.1f s | %.1f ms | %.1f ms | %.1f ms | %.1f ms | %.4f ms | %.0f × |%n",
                cores,
                load,
                count,
                Demand.HOURS,
                HORIZON,
                ours.seconds(),
                ours.perSeriesAndCore(cores),
                ours.meanMillis(),
                ours.medianMillis(),
                ours.slowestMillis(),
                ceiling,
                ours.meanMillis() / ceiling);
    }

    private static List<Series> series(int first, int count) {
        return LongStream.range(first, first + count).mapToObj(Demand::of).toList();
    }

    /** A figure of the forecast, so that none is optimised away. */
    private static double ours(Series series) {
        return Forecaster.forecast(series, HORIZON, Settings.hourly()).hours().size();
    }

    /** Repeated: once is too short to be timed. */
    private static double plainest(Series series) {
        double error = 0;
        Model weekAgo = Models.seasonalNaive(HORIZON);
        for (int round = 0; round < CEILING_ROUNDS; round++) {
            double[] values = series.filled(DAY);
            for (int origin = FIRST_ORIGIN; origin < values.length; origin += DAY) {
                int end = Math.min(values.length, origin + HORIZON);
                double[] forecast = weekAgo.forecast(Arrays.copyOf(values, origin), end - origin);
                error += Accuracy.mae(Arrays.copyOfRange(values, origin, end), forecast);
            }
            error += weekAgo.forecast(values, HORIZON)[0];
        }
        return error;
    }

    /** Each thread takes the next series that nobody has taken. */
    private static Times run(List<Series> all, int threads, ToDoubleFunction<Series> work) throws InterruptedException {
        long[] nanos = new long[all.size()];
        double[] results = new double[all.size()];
        AtomicInteger next = new AtomicInteger();
        Thread[] workers = new Thread[threads];
        long start = System.nanoTime();
        for (int t = 0; t < threads; t++) {
            workers[t] = new Thread(() -> {
                for (int i = next.getAndIncrement(); i < nanos.length; i = next.getAndIncrement()) {
                    long begun = THREADS.getCurrentThreadCpuTime();
                    results[i] = work.applyAsDouble(all.get(i));
                    nanos[i] = THREADS.getCurrentThreadCpuTime() - begun;
                }
            });
            workers[t].start();
        }
        for (Thread worker : workers) {
            worker.join();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        if (!Double.isFinite(Arrays.stream(results).sum())
                || Arrays.stream(nanos).anyMatch(one -> one == 0)) {
            throw new IllegalStateException("a forecast failed; what was thrown is on standard error");
        }
        return new Times(nanos, seconds);
    }
}
