package io.aitbc.forecasting.model;

/**
 * What was seen one season ago. A history shorter than the season is repeated as it is.
 *
 * @param season hours, at least 1
 */
record SeasonalNaive(int season) implements Model {

    SeasonalNaive {
        if (season < 1) {
            throw new IllegalArgumentException("a season must be at least 1 hour, was " + season);
        }
    }

    @Override
    public String name() {
        return "seasonal naive (" + season + ")";
    }

    @Override
    public double[] forecast(double[] history, int horizon) {
        int period = Math.min(season, history.length);
        double[] ahead = new double[horizon];
        for (int step = 0; step < horizon; step++) {
            ahead[step] = history[history.length - period + step % period];
        }
        return ahead;
    }
}
