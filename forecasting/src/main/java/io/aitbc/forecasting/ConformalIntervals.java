package io.aitbc.forecasting;

import java.util.Arrays;

/**
 * Quantiles of what comes, from the errors made at earlier origins (split conformal prediction: Vovk et al. 2005), each level adjusted per
 * step ahead by how often it was exceeded so far (Gibbs and Candès 2021, "Adaptive conformal inference under distribution shift"): after
 * an outcome above the quantile its level rises, after one below it falls, so that over time the promised share holds even where errors
 * grow or shift.
 */
final class ConformalIntervals {

    /** Quantiles that are kept: those of {@link HourForecast}. */
    static final double[] LEVELS = {0.025, 0.1, 0.8, 0.9, 0.95, 0.975};

    /** Errors of neighbouring steps, this many on each side, stand in for one another. */
    private static final int NEIGHBOURS = 2;

    /** How far one outcome moves a level, as a share of the level's distance from certainty. */
    private static final double PACE = 0.1;

    /** Fewer earlier errors than this say nothing about a tail. */
    private static final int FEWEST = 8;

    /** Of so many errors two are expected beyond the 95 % quantile: where neighbours are fewer, nearer steps are asked as well. */
    private static final int FOR_A_TAIL = 40;

    private final double[] values;
    private final int[] origins;
    private final double[][] paths;
    /** The mean demand before each origin. */
    private final double[] typical;
    /** By origin, level, step; empty where too few errors had been seen. */
    private final double[][][] quantiles;

    ConformalIntervals(double[] values, int[] origins, double[][] paths) {
        this.values = values;
        this.origins = origins;
        this.paths = paths;
        this.typical = means(values, origins);
        int horizon = paths[0].length;
        quantiles = new double[origins.length][LEVELS.length][horizon];
        for (int step = 0; step < horizon; step++) {
            run(step);
        }
    }

    private static double[] means(double[] values, int[] origins) {
        double[] means = new double[origins.length];
        double sum = 0;
        int known = 0;
        int hour = 0;
        for (int k = 0; k < origins.length; k++) {
            for (; hour < origins[k]; hour++) {
                boolean finite = Double.isFinite(values[hour]);
                sum += finite ? values[hour] : 0;
                known += finite ? 1 : 0;
            }
            means[k] = Math.max(1e-9, known == 0 ? 0 : sum / known);
        }
        return means;
    }

    /** By level of {@link #LEVELS} and step; not a number where nothing could be said. */
    double[][] at(int origin) {
        return quantiles[origin];
    }

    /** Whether too few errors had been seen at an origin to say anything about some step. */
    boolean silent(int origin) {
        return Arrays.stream(quantiles[origin][0]).anyMatch(Double::isNaN);
    }

    private void run(int step) {
        double[] levels = LEVELS.clone();
        int learnt = 0;
        for (int k = 0; k < origins.length; k++) {
            while (learnt < k && origins[learnt] + step < origins[k]) {
                learn(levels, learnt, step);
                learnt++;
            }
            double[] errors = errorsBefore(k, step);
            for (int level = 0; level < LEVELS.length; level++) {
                quantiles[k][level][step] = errors.length < FEWEST
                        ? Double.NaN
                        : Math.max(0, paths[k][step] + spread(k) * quantile(errors, levels[level]));
            }
            order(k, step);
        }
    }

    /** Levels move on their own, so that quantiles may cross: sorted, and with the forecast between the lower and the upper ones. */
    private void order(int k, int step) {
        double[] column = new double[LEVELS.length];
        for (int level = 0; level < LEVELS.length; level++) {
            column[level] = quantiles[k][level][step];
        }
        Arrays.sort(column);
        for (int level = 0; level < LEVELS.length; level++) {
            double forecast = paths[k][step];
            quantiles[k][level][step] =
                    LEVELS[level] < 0.5 ? Math.min(forecast, column[level]) : Math.max(forecast, column[level]);
        }
    }

    private void learn(double[] levels, int k, int step) {
        double outcome = values[origins[k] + step];
        for (int level = 0; level < LEVELS.length; level++) {
            double quantile = quantiles[k][level][step];
            if (Double.isFinite(outcome) && Double.isFinite(quantile)) {
                double certain = Math.min(LEVELS[level], 1 - LEVELS[level]);
                double missed = LEVELS[level] - (outcome <= quantile ? 1 : 0);
                levels[level] = Math.max(0.001, Math.min(0.999, levels[level] + PACE * certain * missed));
            }
        }
    }

    /**
     * Errors are compared in units of the root of the demand up to their origin, as those of counts: larger demand is missed by more. Not of
     * the demand forecast for the hour: where jobs come now and then, an hour for which nearly nothing was forecast and much came would
     * stretch the busy hours' intervals beyond anything ever seen.
     */
    private double spread(int k) {
        return Math.sqrt(typical[k]);
    }

    /** Errors at this and neighbouring steps that had been seen at origin {@code by}, sorted; from nearer steps too where few had at these. */
    private double[] errorsBefore(int by, int step) {
        int high = Math.min(paths[0].length - 1, step + NEIGHBOURS);
        int low = Math.max(0, step - NEIGHBOURS);
        while (low > 0 && count(by, low, high) < FOR_A_TAIL) {
            low--;
        }
        double[] errors = new double[count(by, low, high)];
        int count = 0;
        for (int k = 0; k < by; k++) {
            for (int near = low; near <= high; near++) {
                if (seen(k, near, by)) {
                    errors[count++] = (values[origins[k] + near] - paths[k][near]) / spread(k);
                }
            }
        }
        Arrays.sort(errors);
        return errors;
    }

    private int count(int by, int low, int high) {
        int count = 0;
        for (int k = 0; k < by; k++) {
            for (int near = low; near <= high; near++) {
                count += seen(k, near, by) ? 1 : 0;
            }
        }
        return count;
    }

    private boolean seen(int k, int step, int by) {
        int hour = origins[k] + step;
        return hour < origins[by] && Double.isFinite(values[hour]);
    }

    /** The conformal order statistic; beyond the outermost error along an exponential tail through it and the median. */
    static double quantile(double[] sorted, double level) {
        int n = sorted.length;
        double place = level * (n + 1);
        if (place >= 1 && place <= n) {
            int below = (int) place;
            double share = place - below;
            return share == 0 ? sorted[below - 1] : sorted[below - 1] * (1 - share) + sorted[below] * share;
        }
        double middle = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
        double outermost = place < 1 ? sorted[0] : sorted[n - 1];
        double beyond = place < 1 ? level : 1 - level;
        double decay = (outermost - middle) / Math.log((n + 1) / 2.0);
        return outermost + decay * Math.log(1 / ((n + 1) * beyond));
    }
}
