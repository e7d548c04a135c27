package io.aitbc.gpu.prediction;

import java.util.Arrays;

/**
 * One signal's last half hour or so: medians of at least three values and half a minute each. Medians keep single wild values
 * out, and few of them keep it small: some 550 bytes, however often a GPU speaks.
 */
final class Series {

    static final int BINS = 60;

    private static final int BIN_SECONDS = 30;
    private static final int LONGEST_BIN_SECONDS = 240;
    private static final int LEAST_IN_BIN = 3;

    private static final int IN_BIN = 8;

    private final int[] seconds = new int[BINS];
    private final float[] values = new float[BINS];
    private final float[] pending = new float[IN_BIN];
    private int size;
    private int newest = -1;
    private int pendingCount;
    private int pendingSum;
    private int binStart = Integer.MIN_VALUE;
    private int lastSecond;

    /** Takes in a value; {@code second} counts from an epoch of the caller's and never falls. */
    void add(int second, double value) {
        if (binStart == Integer.MIN_VALUE) {
            binStart = second;
        }
        int age = second - binStart;
        boolean full = age >= BIN_SECONDS && pendingCount >= LEAST_IN_BIN;
        if (full || (age >= LONGEST_BIN_SECONDS && pendingCount > 0)) {
            close();
            binStart = second;
        }
        lastSecond = second;
        int slot = pendingCount < IN_BIN ? pendingCount : pendingSum % IN_BIN;
        pending[slot] = (float) value;
        pendingCount = Math.min(IN_BIN, pendingCount + 1);
        pendingSum = pendingSum + 1 & 0xffff;
    }

    private void close() {
        newest = (newest + 1) % BINS;
        seconds[newest] = binStart + (lastSecond - binStart) / 2;
        values[newest] = median();
        size = Math.min(BINS, size + 1);
        pendingCount = 0;
    }

    private float median() {
        float[] sorted = Arrays.copyOf(pending, pendingCount);
        Arrays.sort(sorted);
        return pendingCount % 2 == 1
                ? sorted[pendingCount / 2]
                : (sorted[pendingCount / 2 - 1] + sorted[pendingCount / 2]) / 2;
    }

    /** Forgets everything: what comes has nothing to do with what was. */
    void clear() {
        size = 0;
        pendingCount = 0;
        binStart = Integer.MIN_VALUE;
    }

    /**
     * Copies what is later than an instant, oldest first; x in minutes.
     *
     * @return how many points
     */
    int copyAfter(int second, double[] x, double[] y) {
        int n = 0;
        for (int i = size - 1; i >= 0; i--) {
            int at = Math.floorMod(newest - i, BINS);
            if (seconds[at] > second) {
                x[n] = seconds[at] / 60.0;
                y[n++] = values[at];
            }
        }
        if (pendingCount >= LEAST_IN_BIN) {
            x[n] = (binStart + (lastSecond - binStart) / 2) / 60.0;
            y[n++] = median();
        }
        return n;
    }
}
