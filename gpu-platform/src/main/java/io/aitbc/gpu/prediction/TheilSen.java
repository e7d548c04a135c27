package io.aitbc.gpu.prediction;

import java.util.Arrays;

/**
 * A robust line through points: the median of the slopes of all pairs (Theil 1950, Sen 1968). Up to 29 % of the points may be
 * nonsense without harm. The interval of the slope is Sen's: order statistics of the slopes by the variance of Kendall's S.
 */
final class TheilSen {

    /** Of the normal distribution at 95 %, one-sided. */
    private static final double Z = 1.645;

    final double slope;
    final double lowest;
    final double highest;
    /** The value of the line at the last point's place. */
    final double atEnd;
    /** Median distance of the points from the line, times 1.4826: the standard deviation of normal noise. */
    final double noise;

    private TheilSen(double slope, double lowest, double highest, double atEnd, double noise) {
        this.slope = slope;
        this.lowest = lowest;
        this.highest = highest;
        this.atEnd = atEnd;
        this.noise = noise;
    }

    /** @param x rising; from {@code from} to {@code to}, exclusive; at least two points */
    static TheilSen of(double[] x, double[] y, int from, int to) {
        int n = to - from;
        double[] slopes = new double[n * (n - 1) / 2];
        int count = 0;
        for (int i = from; i < to; i++) {
            for (int j = i + 1; j < to; j++) {
                slopes[count++] = (y[j] - y[i]) / (x[j] - x[i]);
            }
        }
        Arrays.sort(slopes);
        double slope = median(slopes);
        double spread = Z * Math.sqrt(n * (n - 1.0) * (2.0 * n + 5) / 18);
        int low = (int) Math.max(0, Math.floor((count - spread) / 2));
        int high = (int) Math.min(count - 1.0, Math.ceil((count + spread) / 2));
        double[] intercepts = new double[n];
        for (int i = 0; i < n; i++) {
            intercepts[i] = y[from + i] - slope * (x[from + i] - x[to - 1]);
        }
        double[] sorted = intercepts.clone();
        Arrays.sort(sorted);
        double atEnd = median(sorted);
        double[] residuals = new double[n];
        for (int i = 0; i < n; i++) {
            residuals[i] = Math.abs(intercepts[i] - atEnd);
        }
        Arrays.sort(residuals);
        return new TheilSen(slope, slopes[low], slopes[high], atEnd, 1.4826 * median(residuals));
    }

    private static double median(double[] sorted) {
        int n = sorted.length;
        return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    }
}
