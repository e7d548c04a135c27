package io.aitbc.forecasting.model;

import java.util.Arrays;

/**
 * A level that follows the series: {@code l = a*y + (1-a)*l} (Brown 1959). The weight {@code a} and the first level are those with the
 * least squared one-step errors; for a given weight the first level has a closed form, so only the weight is searched.
 */
record SimpleExponentialSmoothing() implements Model {

    private static final double LOWEST = 0.0001;
    private static final double HIGHEST = 0.9999;
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    @Override
    public String name() {
        return "simple exponential smoothing";
    }

    @Override
    public double[] forecast(double[] history, int horizon) {
        double[] ahead = new double[horizon];
        Arrays.fill(ahead, fit(history).level);
        return ahead;
    }

    /** A fit: the weight, the level after the last value, and the squared one-step errors that it left. */
    record Fit(double weight, double level, double squares) {}

    static Fit fit(double[] y) {
        double best = LOWEST;
        double least = Double.POSITIVE_INFINITY;
        for (double weight = LOWEST; weight <= HIGHEST; weight += 0.0999) {
            double squares = at(weight, y).squares;
            if (squares < least) {
                least = squares;
                best = weight;
            }
        }
        double low = Math.max(LOWEST, best - 0.0999);
        double high = Math.min(HIGHEST, best + 0.0999);
        while (high - low > 1e-6) {
            double left = high - GOLDEN * (high - low);
            double right = low + GOLDEN * (high - low);
            if (at(left, y).squares <= at(right, y).squares) {
                high = right;
            } else {
                low = left;
            }
        }
        return at((low + high) / 2, y);
    }

    /** The one-step error is {@code u - k*l0}, with u the error from a first level of 0 and k = (1-a)^t: least squares gives l0. */
    static Fit at(double weight, double[] y) {
        double level = 0;
        double share = 1;
        double crossed = 0;
        double shares = 0;
        double squares = 0;
        for (double value : y) {
            double error = value - level;
            crossed += error * share;
            shares += share * share;
            squares += error * error;
            level += weight * error;
            share *= 1 - weight;
        }
        double first = crossed / shares;
        return new Fit(weight, level + share * first, Math.max(0, squares - first * crossed));
    }
}
