package io.aitbc.forecasting.model;

/**
 * A way to continue a series. Deterministic and without state: the same history gives the same figures, from any number of threads.
 */
public interface Model {

    /** Short, stable, for tables and answers, such as {@code seasonal naive (24)}. */
    String name();

    /**
     * The next values.
     *
     * @param history finite values without gaps, oldest first, at least one; best scaled to around 1, since sums of squares are formed
     * @param horizon how many values ahead, at least 1
     * @return {@code horizon} finite values; they may be negative where the model knows no floor
     */
    double[] forecast(double[] history, int horizon);
}
