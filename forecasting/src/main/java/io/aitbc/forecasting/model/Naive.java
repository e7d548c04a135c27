package io.aitbc.forecasting.model;

import java.util.Arrays;

/** The last value, for ever. */
record Naive() implements Model {

    @Override
    public String name() {
        return "naive";
    }

    @Override
    public double[] forecast(double[] history, int horizon) {
        double[] ahead = new double[horizon];
        Arrays.fill(ahead, history[history.length - 1]);
        return ahead;
    }
}
