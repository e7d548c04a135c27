package io.aitbc.gpu.prediction;

import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.Signal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is remembered of one GPU: some 1.2 KiB. Not for use by several threads at once. */
final class GpuHistory {

    static final Signal[] SIGNALS = {Signal.TEMPERATURE, Signal.MEMORY_TEMPERATURE, Signal.POWER};

    private static final int GAP_SECONDS = 600;
    private static final int LONGEST_SECONDS = 1_800;
    private static final int HOUR = 3_600;
    private static final int BUCKETS = 6;
    /** A change of power by so much of its highest means that the load changed, not the GPU. */
    private static final double LOAD_STEP = 0.12;
    /** By then a GPU has nearly reached the temperature of its load. */
    private static final int THERMAL_SECONDS = 600;

    private final long epoch;
    private final Series[] series = {new Series(), new Series(), new Series()};
    private final int[] corrected = new int[BUCKETS];
    private final int[] uncorrected = new int[BUCKETS];
    private int bucket = -1;
    private int lastSecond = -1;
    private double lastCorrected = Double.NaN;
    private double lastUncorrected = Double.NaN;
    private double steadyPower = Double.NaN;
    private double highestPower;
    private int loadChangedAt = Integer.MIN_VALUE / 2;
    private int otherLoad;
    private @Nullable String model;
    private double powerLimit = Double.NaN;

    GpuHistory(Instant first) {
        this.epoch = first.getEpochSecond();
    }

    /** Takes in a sample that is later than the last. */
    void add(GpuSample sample) {
        int second = second(sample.at());
        if (second <= lastSecond) {
            return;
        }
        if (lastSecond >= 0 && second - lastSecond > GAP_SECONDS) {
            for (Series one : series) {
                one.clear();
            }
        }
        lastSecond = second;
        model = sample.device().model() == null ? model : sample.device().model();
        powerLimit = sample.has(Signal.POWER_LIMIT) ? sample.value(Signal.POWER_LIMIT) : powerLimit;
        for (int i = 0; i < SIGNALS.length; i++) {
            double value = sample.value(SIGNALS[i]);
            if (!Double.isNaN(value)) {
                series[i].add(second, value);
            }
        }
        watchLoad(second, sample.value(Signal.POWER));
        errors(second, sample);
    }

    private void watchLoad(int second, double power) {
        if (Double.isNaN(power)) {
            return;
        }
        highestPower = Math.max(highestPower, power);
        if (Double.isNaN(steadyPower)) {
            steadyPower = power;
        }
        if (Math.abs(power - steadyPower) <= LOAD_STEP * highestPower) {
            steadyPower += (power - steadyPower) / 20;
            otherLoad = 0;
        } else if (++otherLoad >= 3) {
            // Three in a row are no glitch.
            steadyPower = power;
            otherLoad = 0;
            loadChangedAt = second;
        }
    }

    private void errors(int second, GpuSample sample) {
        int now = second / (HOUR / BUCKETS);
        if (bucket < 0) {
            bucket = now;
        }
        for (; bucket < now; bucket++) {
            corrected[(bucket + 1) % BUCKETS] = 0;
            uncorrected[(bucket + 1) % BUCKETS] = 0;
        }
        corrected[now % BUCKETS] += grown(lastCorrected, sample.value(Signal.ECC_CORRECTED));
        uncorrected[now % BUCKETS] += grown(lastUncorrected, sample.value(Signal.ECC_UNCORRECTED));
        lastCorrected = sample.has(Signal.ECC_CORRECTED) ? sample.value(Signal.ECC_CORRECTED) : lastCorrected;
        lastUncorrected = sample.has(Signal.ECC_UNCORRECTED) ? sample.value(Signal.ECC_UNCORRECTED) : lastUncorrected;
    }

    private static int grown(double before, double now) {
        return now > before ? (int) Math.min(1_000_000, now - before) : 0;
    }

    /** The points that a signal's trend is made of: since the load changed and its heat has settled, at most half an hour. */
    int points(int signal, int at, double[] x, double[] y) {
        int from = at - LONGEST_SECONDS;
        if (SIGNALS[signal] != Signal.POWER) {
            from = Math.max(from, loadChangedAt + THERMAL_SECONDS);
        }
        return series[signal].copyAfter(from, x, y);
    }

    /** The last known level, whatever the load does. */
    int latest(int signal, int at, double[] x, double[] y) {
        return series[signal].copyAfter(at - GAP_SECONDS, x, y);
    }

    boolean isStale(int at) {
        return at - lastSecond > GAP_SECONDS;
    }

    int second(Instant at) {
        return (int) Math.max(0, at.getEpochSecond() - epoch);
    }

    long corrected() {
        return sum(corrected);
    }

    long uncorrected() {
        return sum(uncorrected);
    }

    @Nullable
    String model() {
        return model;
    }

    double powerLimit() {
        return powerLimit;
    }

    private static long sum(int[] counts) {
        long sum = 0;
        for (int count : counts) {
            sum += count;
        }
        return sum;
    }
}
