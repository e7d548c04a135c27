package io.aitbc.forecasting.planning;

/**
 * Whole slots and miners from quotients of floating point numbers. 0.8 × 3 / 0.8 is a hair above 3, and sums of thousands of jobs leave
 * a residue of 1e-10 when all have ended: neither may cost a miner.
 */
final class Whole {

    /** Relative to the value, or absolute below 1; some thousand times what sums of demand were seen to be off. */
    private static final double NOISE = 1e-9;

    private Whole() {}

    /** The least whole number that is no less than {@code value}, but for noise; at least 0. */
    static double up(double value) {
        return Math.max(0, Math.ceil(value - noise(value)));
    }

    /** The largest whole number that is no more than {@code value}, but for noise. */
    static double down(double value) {
        return Math.floor(value + noise(value));
    }

    /** Whether {@code one} is more than {@code other}, by more than what rounding leaves. */
    static boolean exceeds(double one, double other) {
        return one - other > 2 * Math.max(noise(one), noise(other));
    }

    private static double noise(double value) {
        return Double.isInfinite(value) ? 0 : NOISE * Math.max(1, Math.abs(value));
    }
}
