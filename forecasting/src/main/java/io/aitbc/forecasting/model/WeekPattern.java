package io.aitbc.forecasting.model;

/** What each hour of the day or of the week usually adds to the level around it. */
final class WeekPattern {

    /** How many weeks of the common hour of the day count beside the weeks that were seen of a cell. */
    private static final double PRIOR_WEEKS = 1;

    private WeekPattern() {}

    /**
     * Mean deviations from a moving average over {@code period}.
     *
     * @param day hours of a day
     * @param period {@code day} for a pattern of the day, more (a week) for cells that are shrunk towards their hour of the day
     */
    static double[] of(double[] y, int day, int period) {
        double[] sums = new double[period];
        int[] counts = new int[period];
        double[] until = new double[y.length + 1];
        for (int i = 0; i < y.length; i++) {
            until[i + 1] = until[i] + y[i];
        }
        for (int i = 0; i < y.length; i++) {
            int from = Math.max(0, i - period / 2);
            int to = Math.min(y.length, Math.max(from + 1, i + (period + 1) / 2));
            sums[i % period] += y[i] - (until[to] - until[from]) / (to - from);
            counts[i % period]++;
        }
        double[] daily = new double[day];
        double[] seen = new double[day];
        for (int i = 0; i < period; i++) {
            daily[i % day] += sums[i];
            seen[i % day] += counts[i];
        }
        double[] pattern = new double[period];
        for (int i = 0; i < period; i++) {
            int hour = i % day;
            double common = seen[hour] > 0 ? daily[hour] / seen[hour] : 0;
            pattern[i] = (sums[i] + PRIOR_WEEKS * common) / (counts[i] + PRIOR_WEEKS);
        }
        return pattern;
    }
}
