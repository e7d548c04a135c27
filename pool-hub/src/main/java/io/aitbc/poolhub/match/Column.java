package io.aitbc.poolhub.match;

import java.util.Arrays;

/** The values of a {@link Leaf}'s miners in one respect, in order, so that how many are below a bound need not be counted. */
final class Column {

    private double[] values = new double[4];
    private int size;

    void add(double value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        int at = below(value);
        System.arraycopy(values, at, values, at + 1, size - at);
        values[at] = value;
        size++;
    }

    void remove(double value) {
        int at = below(value);
        System.arraycopy(values, at + 1, values, at, size - at - 1);
        size--;
    }

    void clear() {
        size = 0;
    }

    /** How many are less than this. */
    int below(double bound) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (values[middle] < bound) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Infinite without values. */
    double least() {
        return size == 0 ? Double.POSITIVE_INFINITY : values[0];
    }

    /** The highest that is not more than this; negative infinite when all are. */
    double mostUpTo(double bound) {
        int count = below(Math.nextUp(bound));
        return count == 0 ? Double.NEGATIVE_INFINITY : values[count - 1];
    }

    /** Negative infinite without values. */
    double most() {
        return size == 0 ? Double.NEGATIVE_INFINITY : values[size - 1];
    }
}
