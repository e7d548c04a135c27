package io.aitbc.forecasting;

/**
 * A range of demand, both ends included.
 *
 * @param low at least 0
 * @param high at least {@code low}
 */
public record Interval(double low, double high) {

    public Interval {
        if (!(low >= 0 && high >= low)) {
            throw new IllegalArgumentException("an interval must run upwards from 0 or more, was " + low + ".." + high);
        }
    }

    /** Whether {@code value} lies in it. */
    public boolean holds(double value) {
        return value >= low && value <= high;
    }
}
