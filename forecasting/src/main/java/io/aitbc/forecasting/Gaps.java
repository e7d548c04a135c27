package io.aitbc.forecasting;

/**
 * Fills missing hours for the models, which need complete histories; errors are never measured against what was filled. A missing hour is
 * the mean of the nearest observed values a whole number of seasons before and after, else the nearest observed value.
 */
final class Gaps {

    private Gaps() {}

    /** @param values not a number where missing, at least one finite */
    static double[] filled(double[] values, int season) {
        double[] whole = values.clone();
        double last = Double.NaN;
        for (int i = 0; i < values.length; i++) {
            last = Double.isFinite(values[i]) ? values[i] : last;
            if (Double.isNaN(whole[i])) {
                double before = seek(values, i, -season);
                double after = seek(values, i, season);
                whole[i] = Double.isNaN(before)
                        ? (Double.isNaN(after) ? last : after)
                        : (Double.isNaN(after) ? before : (before + after) / 2);
            }
        }
        double next = Double.NaN;
        for (int i = values.length - 1; i >= 0; i--) {
            next = Double.isFinite(values[i]) ? values[i] : next;
            whole[i] = Double.isNaN(whole[i]) ? next : whole[i];
        }
        return whole;
    }

    private static double seek(double[] values, int from, int step) {
        for (int i = from + step; i >= 0 && i < values.length; i += step) {
            if (Double.isFinite(values[i])) {
                return values[i];
            }
        }
        return Double.NaN;
    }
}
