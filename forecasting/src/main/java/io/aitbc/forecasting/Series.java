package io.aitbc.forecasting;

import java.util.Arrays;

/**
 * An hourly series, oldest hour first, one slot per hour. A slot that is not finite is a missing hour. Demand cannot be negative: a value
 * below 0 is a fault of measuring and counts as 0.
 */
public final class Series {

    private final double[] values;

    private Series(double[] values) {
        this.values = values;
    }

    /**
     * A copy of {@code values}.
     *
     * @param values any; not-a-number and infinities are missing hours, negative values become 0
     */
    public static Series of(double... values) {
        double[] cleaned = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            cleaned[i] = Double.isFinite(values[i]) ? Math.max(0, values[i]) : Double.NaN;
        }
        return new Series(cleaned);
    }

    /** Slots, missing hours among them. */
    public int hours() {
        return values.length;
    }

    /** Slots that hold a value. */
    public int observed() {
        return (int) Arrays.stream(values).filter(Double::isFinite).count();
    }

    /** The value of slot {@code hour}, at least 0, or not a number where it is missing. */
    public double at(int hour) {
        return values[hour];
    }

    /** The slots from {@code from} to {@code to}, exclusive. */
    public Series between(int from, int to) {
        return new Series(Arrays.copyOfRange(values, from, to));
    }

    /**
     * All slots, missing ones filled from a whole number of seasons before and after, else from the nearest observed hour: what a
     * {@link io.aitbc.forecasting.model.Model} needs. Never measure errors against filled hours.
     *
     * @throws IllegalStateException where no hour is observed
     */
    public double[] filled(int season) {
        if (observed() == 0) {
            throw new IllegalStateException("a series without an observed hour cannot be filled");
        }
        return Gaps.filled(values, season);
    }

    /** All slots, missing ones not a number. */
    public double[] toArray() {
        return values.clone();
    }
}
