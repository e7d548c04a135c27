package io.aitbc.forecasting.model;

import java.util.Arrays;

/**
 * A regression of each hour on earlier ones, the coefficients held small (ridge: Hoerl and Kennard 1970), applied step by step, each
 * forecast serving as the past of the next. What is predicted is the (bent) value less a pattern, or its difference from a day or a week
 * ago, so that coefficients of zero give that pattern or that seasonal naive forecast.
 */
final class RidgeAutoregression implements Model {

    /** What is left of the forecast where all coefficients are zero. */
    enum Base {
        /** The mean. */
        MEAN,
        /** What the hour of the day usually is. */
        DAY_PATTERN,
        /** What the hour of the week usually is. */
        WEEK_PATTERN,
        /** The hour a day ago. */
        DAY_AGO,
        /** The hour a week ago. */
        WEEK_AGO
    }

    /** How far beyond the range that was seen a forecast may go, as a share of that range: a recursion never explodes. */
    private static final double BEYOND = 0.3;

    private static final int REWEIGHTINGS = 3;
    private static final int FEWEST_ROWS = 24;

    private final String name;
    private final int day;
    private final int week;
    private final int[] lags;
    private final Scaling scaling;
    private final Base base;
    private final double penalty;
    private final boolean robust;

    /**
     * @param name for tables
     * @param day hours of a day
     * @param week hours of a week
     * @param lags hours back, rising; those that a history is too short for are left out
     * @param scaling how the series is bent before
     * @param base what the regression is shrunk towards
     * @param penalty per standardised column, as a number of rows
     * @param robust whether absolute instead of squared errors are made small (by iterated reweighting), so that spikes do not steer it
     */
    RidgeAutoregression(
            String name, int day, int week, int[] lags, Scaling scaling, Base base, double penalty, boolean robust) {
        this.name = name;
        this.day = day;
        this.week = week;
        this.lags = lags.clone();
        this.scaling = scaling;
        this.base = base;
        this.penalty = penalty;
        this.robust = robust;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public double[] forecast(double[] history, int horizon) {
        int n = history.length;
        double mean = Arrays.stream(history).average().orElse(0);
        double unit = mean > 0 ? mean : 1;
        double least = Arrays.stream(history).min().orElse(0) / unit;
        Scaling bent = scaling.forLeast(least);
        double[] path = new double[n + horizon];
        for (int i = 0; i < n; i++) {
            path[i] = bent.bend(history[i] / unit);
        }
        double[] pattern = pattern(Arrays.copyOf(path, n));
        for (int i = 0; i < n; i++) {
            path[i] -= pattern[i % pattern.length];
        }
        int ago = ago();
        int[] used = used(n, ago);
        if (used.length == 0) {
            return new SeasonalNaive(n >= 2 * day ? day : 1).forecast(history, horizon);
        }
        Columns columns = new Columns(path, used, ago);
        RidgeFit fit = RidgeFit.of(columns, n, penalty, robust ? REWEIGHTINGS : 0);
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            low = Math.min(low, path[i]);
            high = Math.max(high, path[i]);
        }
        double room = BEYOND * (high - low);
        double[] ahead = new double[horizon];
        for (int step = 0; step < horizon; step++) {
            int i = n + step;
            path[i] = Math.max(low - room, Math.min(high + room, fit.at(i) + columns.before(i)));
            ahead[step] = unit * bent.unbend(path[i] + pattern[i % pattern.length]);
        }
        return ahead;
    }

    private double[] pattern(double[] bent) {
        return switch (base) {
            case DAY_PATTERN -> WeekPattern.of(bent, day, day);
            case WEEK_PATTERN -> WeekPattern.of(bent, day, bent.length >= 2 * week ? week : day);
            case MEAN, DAY_AGO, WEEK_AGO -> new double[1];
        };
    }

    private int ago() {
        return switch (base) {
            case DAY_AGO -> day;
            case WEEK_AGO -> week;
            case MEAN, DAY_PATTERN, WEEK_PATTERN -> 0;
        };
    }

    /** The lags that leave at least twice as many rows as columns. */
    private int[] used(int n, int ago) {
        for (int count = lags.length; count > 0; count--) {
            int rows = n - lags[count - 1] - ago;
            if (rows >= Math.max(FEWEST_ROWS, 2 * (count + 1))) {
                return Arrays.copyOf(lags, count);
            }
        }
        return new int[0];
    }

    /** What the regression sees of an hour: the lags of the path (or of its differences). */
    static final class Columns {

        private final double[] path;
        private final int[] lags;
        private final int ago;

        Columns(double[] path, int[] lags, int ago) {
            this.path = path;
            this.lags = lags;
            this.ago = ago;
        }

        /** What the regression is to give for hour {@code i}. */
        double target(int i) {
            return path[i] - before(i);
        }

        int first() {
            return lags[lags.length - 1] + ago;
        }

        int count() {
            return lags.length;
        }

        double before(int i) {
            return ago > 0 ? path[i - ago] : 0;
        }

        void fill(int i, double[] row) {
            for (int column = 0; column < lags.length; column++) {
                int past = i - lags[column];
                row[column] = path[past] - before(past);
            }
        }
    }
}
