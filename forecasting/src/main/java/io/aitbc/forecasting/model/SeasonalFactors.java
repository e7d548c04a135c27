package io.aitbc.forecasting.model;

import java.util.Arrays;

/**
 * Multiplicative seasonal factors by the ratio to a centred moving average, as the M4 competition's benchmarks take them, and its test
 * whether there is a season at all: the autocorrelation at the season's lag against Bartlett's limit at 90 %.
 */
final class SeasonalFactors {

    private static final double NORMAL_90 = 1.645;

    private SeasonalFactors() {}

    /** One factor per place in the season, with mean 1; all 1 where there is no significant season, or where a factor would not be positive. */
    static double[] of(double[] y, int season) {
        double[] factors = new double[season];
        Arrays.fill(factors, 1);
        if (season < 2 || y.length < 3 * season || !seasonal(y, season)) {
            return factors;
        }
        double[] sums = new double[season];
        int[] counts = new int[season];
        int half = season / 2;
        for (int i = half; i < y.length - half; i++) {
            double trend = centred(y, i, season);
            if (trend > 0) {
                sums[i % season] += y[i] / trend;
                counts[i % season]++;
            }
        }
        double mean = 0;
        for (int place = 0; place < season; place++) {
            sums[place] /= counts[place];
            mean += sums[place] / season;
        }
        for (int place = 0; place < season; place++) {
            double factor = sums[place] / mean;
            if (!(factor > 0) || Double.isInfinite(factor)) {
                Arrays.fill(factors, 1);
                return factors;
            }
            factors[place] = factor;
        }
        return factors;
    }

    private static double centred(double[] y, int at, int season) {
        int half = season / 2;
        double sum = 0;
        for (int i = at - half; i <= at + half; i++) {
            sum += y[i];
        }
        return season % 2 == 0 ? (sum - (y[at - half] + y[at + half]) / 2) / season : sum / season;
    }

    static boolean seasonal(double[] y, int season) {
        double mean = Arrays.stream(y).average().orElse(0);
        double variance = 0;
        for (double value : y) {
            variance += (value - mean) * (value - mean);
        }
        double squares = 0;
        double correlation = 0;
        for (int lag = 1; lag <= season; lag++) {
            double crossed = 0;
            for (int i = lag; i < y.length; i++) {
                crossed += (y[i] - mean) * (y[i - lag] - mean);
            }
            correlation = crossed / variance;
            squares += lag < season ? correlation * correlation : 0;
        }
        return Math.abs(correlation) > NORMAL_90 * Math.sqrt((1 + 2 * squares) / y.length);
    }
}
