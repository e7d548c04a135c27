package io.aitbc.forecasting;

import java.util.Arrays;

/**
 * Forecasts of all candidates from origins in the past and from the end of a series, and which candidate would have been chosen at each,
 * knowing only the errors that had been seen by then.
 */
final class Rolling {

    /**
     * A candidate is preferred to the median only where its error is below this share of the median's: over a dozen origins smaller
     * differences are mostly chance.
     */
    private static final double MARGIN = 0.7;

    private final Candidates candidates;
    private final double[] values;
    /** Rising; the last is the end of the series. */
    private final int[] origins;
    /** By origin, candidate, step. */
    private final double[][][] ahead;

    Rolling(double[] values, Settings settings, int horizon) {
        this.candidates = new Candidates(settings.season());
        this.values = values;
        this.origins = origins(values.length, settings, horizon);
        this.ahead = new double[origins.length][][];
        for (int k = 0; k < origins.length; k++) {
            double[] history = Gaps.filled(Arrays.copyOf(values, origins[k]), settings.season());
            ahead[k] = candidates.forecasts(history, horizon);
            candidates.prune(ahead[k], errorsBefore(k));
            for (double[] row : ahead[k]) {
                for (int step = 0; step < row.length; step++) {
                    row[step] = Math.max(0, row[step]);
                }
            }
        }
    }

    /**
     * A season apart (so that a step is always the same hour of the day), closer for a shorter horizon and where the history is too short
     * for a dozen; none before
     * half the history or two weeks of it.
     */
    static int[] origins(int hours, Settings settings, int horizon) {
        int first = Math.max(Math.min(hours / 2, 14 * settings.season()), Math.min(12, hours - 1));
        int apart = Math.max(1, Math.min(Math.min(settings.season(), horizon), (hours - first) / 12));
        int count = Math.min(settings.origins(), (hours - first) / apart);
        int[] origins = new int[count + 1];
        for (int k = 0; k <= count; k++) {
            origins[k] = hours - (count - k) * apart;
        }
        return origins;
    }

    int[] origins() {
        return origins;
    }

    /** Whether the value {@code step} hours after origin {@code k} had been seen at origin {@code by}. */
    private boolean seen(int k, int step, int by) {
        int hour = origins[k] + step;
        return hour < origins[by] && Double.isFinite(values[hour]);
    }

    /** Mean absolute error of each candidate over what had been seen at origin {@code by}; not a number where nothing had. */
    private double[] errorsBefore(int by) {
        double[] sums = new double[candidates.count()];
        int known = 0;
        for (int k = 0; k < by; k++) {
            for (int step = 0; step < ahead[k][0].length; step++) {
                if (seen(k, step, by)) {
                    known++;
                    for (int candidate = 0; candidate < sums.length; candidate++) {
                        sums[candidate] += Math.abs(values[origins[k] + step] - ahead[k][candidate][step]);
                    }
                }
            }
        }
        for (int candidate = 0; candidate < sums.length; candidate++) {
            sums[candidate] = known == 0 ? Double.NaN : sums[candidate] / known;
        }
        return sums;
    }

    /** The candidate for origin {@code k}: the median, unless another has erred clearly less. */
    int choice(int k) {
        double[] errors = errorsBefore(k);
        int best = candidates.median();
        double least = MARGIN * errors[best];
        for (int candidate = 0; candidate < errors.length; candidate++) {
            if (errors[candidate] < least) {
                least = errors[candidate];
                best = candidate;
            }
        }
        return best;
    }

    /** The naive forecast with the least error over all origins. */
    int bestNaive() {
        double[] errors = errorsBefore(origins.length - 1);
        int best = -1;
        for (int candidate = 0; candidate < errors.length; candidate++) {
            if (candidates.naive(candidate) && (best < 0 || errors[candidate] < errors[best])) {
                best = candidate;
            }
        }
        return best;
    }

    String name(int candidate) {
        return candidates.name(candidate);
    }

    /** What the choice of each origin forecast, by origin and step. */
    double[][] chosen() {
        double[][] paths = new double[origins.length][];
        for (int k = 0; k < origins.length; k++) {
            paths[k] = ahead[k][choice(k)];
        }
        return paths;
    }

    /** What one candidate forecast, by origin and step. */
    double[][] of(int candidate) {
        double[][] paths = new double[origins.length][];
        for (int k = 0; k < origins.length; k++) {
            paths[k] = ahead[k][candidate];
        }
        return paths;
    }

    /** Mean absolute error of paths over all origins; not a number where nothing was seen. */
    double error(double[][] paths) {
        double sum = 0;
        int known = 0;
        int end = origins.length - 1;
        for (int k = 0; k < end; k++) {
            for (int step = 0; step < paths[k].length; step++) {
                if (seen(k, step, end)) {
                    sum += Math.abs(values[origins[k] + step] - paths[k][step]);
                    known++;
                }
            }
        }
        return known == 0 ? Double.NaN : sum / known;
    }
}
