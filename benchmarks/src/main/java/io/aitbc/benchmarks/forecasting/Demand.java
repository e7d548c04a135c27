package io.aitbc.benchmarks.forecasting;

import io.aitbc.forecasting.Series;
import java.util.Random;

/** Hourly demand of four weeks as pools of GPUs have it: days, weeks, a drift, noise that lasts some hours; every tenth with gaps. */
final class Demand {

    static final int HOURS = 28 * 24;

    private Demand() {}

    /** The same for the same {@code seed}; levels from a few GPUs to some thousand. */
    static Series of(long seed) {
        Random random = new Random(seed);
        double level = Math.exp(2 + 6 * random.nextDouble());
        double day = 0.4 * random.nextDouble();
        double weekend = 0.5 * random.nextDouble();
        double drift = 0.4 * (random.nextDouble() - 0.5);
        double noise = 0.02 + 0.15 * random.nextDouble();
        double phase = 24 * random.nextDouble();
        boolean gaps = seed % 10 == 0;
        double[] hourly = new double[HOURS];
        double lasting = 0;
        for (int hour = 0; hour < HOURS; hour++) {
            lasting = 0.8 * lasting + noise * random.nextGaussian();
            double wave = 1 + day * Math.sin(2 * Math.PI * (hour + phase) / 24);
            double weekly = hour / 24 % 7 >= 5 ? 1 - weekend : 1;
            double value = level * wave * weekly * (1 + drift * hour / HOURS) * Math.max(0, 1 + lasting);
            hourly[hour] = gaps && random.nextInt(50) == 0 ? Double.NaN : Math.rint(value);
        }
        return Series.of(hourly);
    }
}
