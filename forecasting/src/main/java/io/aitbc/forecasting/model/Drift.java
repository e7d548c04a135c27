package io.aitbc.forecasting.model;

/** The line through the first and the last value, continued (Hyndman and Athanasopoulos 2021, Forecasting: Principles and Practice, 5.2). */
record Drift() implements Model {

    @Override
    public String name() {
        return "drift";
    }

    @Override
    public double[] forecast(double[] history, int horizon) {
        int n = history.length;
        double slope = n > 1 ? (history[n - 1] - history[0]) / (n - 1) : 0;
        double[] ahead = new double[horizon];
        for (int step = 0; step < horizon; step++) {
            ahead[step] = history[n - 1] + slope * (step + 1);
        }
        return ahead;
    }
}
