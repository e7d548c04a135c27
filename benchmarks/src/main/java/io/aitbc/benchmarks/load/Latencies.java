package io.aitbc.benchmarks.load;

import java.util.Arrays;

/** Every single latency of a run, so that percentiles are exact. */
public final class Latencies {

    private long[] nanos = new long[1 << 16];
    private int count;
    private boolean sorted;

    /** Adds one. */
    public void add(long nanosTaken) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = nanosTaken;
        sorted = false;
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /**
     * The smallest latency that at least this share does not exceed, ms.
     *
     * @param share 0..1; 0.99 for the 99th percentile
     */
    public double ms(double share) {
        if (count == 0) {
            return Double.NaN;
        }
        if (!sorted) {
            Arrays.sort(nanos, 0, count);
            sorted = true;
        }
        int rank = (int) Math.ceil(share * count);
        return nanos[Math.max(0, rank - 1)] / 1e6;
    }
}
