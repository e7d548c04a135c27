package io.aitbc.forecasting.model;

import io.aitbc.forecasting.model.RidgeAutoregression.Base;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The models there are, by season. A week is seven seasons. */
public final class Models {

    private static final int DAYS = 7;

    private Models() {}

    /** The last value, for ever. */
    public static Model naive() {
        return new Naive();
    }

    /** What was seen {@code season} hours ago. */
    public static Model seasonalNaive(int season) {
        return new SeasonalNaive(season);
    }

    /** The yardsticks that a forecast has to beat to be of use: the last value, a day ago, a week ago. */
    public static List<Model> naives(int season) {
        return List.of(naive(), seasonalNaive(season), seasonalNaive(DAYS * season));
    }

    /** Models from the textbooks: drift, exponential smoothing, Holt-Winters, theta, weekly profile. */
    public static List<Model> classics(int season) {
        return List.of(
                new Drift(),
                new SimpleExponentialSmoothing(),
                new HoltWinters(season, false),
                new HoltWinters(season, true),
                new Theta(season),
                new Profile(season, DAYS * season));
    }

    /**
     * Ridge autoregressions that differ in what they are shrunk towards, how far back they look and how the series is bent: chosen, by
     * rolling origins inside the training part of the M4 hourly series, so that they err differently, for a median over them.
     */
    public static List<Model> regressions(int season) {
        int[] few = lags(season, 3, new int[] {1, 7}, new int[] {2, 3, 4, 5, 6});
        int[] near = lags(season, 3, new int[] {1, 2, 3, 4, 5, 6, 7}, new int[0]);
        int[] dense = lags(season, season + 1, new int[] {1, 2, 3, 4, 5, 6, 7}, new int[0]);
        int[] far = lags(season, 3, new int[] {1, 7, 14}, new int[] {2, 3, 4, 5, 6});
        return List.of(
                ridge("ridge to yesterday, root, robust", season, dense, Scaling.ROOT, Base.DAY_AGO, 1, true),
                ridge("ridge to yesterday, log, robust", season, few, Scaling.LOG, Base.DAY_AGO, 1, true),
                ridge("ridge on deseasonalised weeks, root", season, dense, Scaling.ROOT, Base.WEEK_PATTERN, 1, false),
                ridge("ridge on deseasonalised days, log", season, far, Scaling.LOG, Base.DAY_PATTERN, 1, false),
                ridge("ridge to last week, log", season, far, Scaling.LOG, Base.WEEK_AGO, 1, false),
                ridge("ridge to last week", season, dense, Scaling.PLAIN, Base.WEEK_AGO, 1, false),
                ridge("ridge on lags, log", season, near, Scaling.LOG, Base.MEAN, 0.1, false));
    }

    /** What the median of several is taken over: the regressions, yesterday and the week ago. */
    public static Model median(int season) {
        return new MedianCombination(
                "median of regressions and seasonal naives",
                Stream.concat(
                                regressions(season).stream(),
                                Stream.of(seasonalNaive(season), seasonalNaive(DAYS * season)))
                        .toList());
    }

    /**
     * Step by step the median of several forecasts.
     *
     * @param rows at least one, all of one length
     */
    public static double[] median(List<double[]> rows) {
        double[] median = new double[rows.get(0).length];
        double[] column = new double[rows.size()];
        for (int step = 0; step < median.length; step++) {
            for (int row = 0; row < column.length; row++) {
                column[row] = rows.get(row)[step];
            }
            Arrays.sort(column);
            median[step] = (column[(column.length - 1) / 2] + column[column.length / 2]) / 2;
        }
        return median;
    }

    private static Model ridge(
            String name, int season, int[] lags, Scaling scaling, Base base, double penalty, boolean robust) {
        return new RidgeAutoregression(name, season, DAYS * season, lags, scaling, base, penalty, robust);
    }

    /**
     * Hours 1 to {@code recent}, the same hour and its neighbours on {@code around} days back, and the same hour on {@code exact} days back.
     */
    static int[] lags(int season, int recent, int[] around, int[] exact) {
        IntStream beside =
                Arrays.stream(around).map(day -> day * season).flatMap(lag -> IntStream.rangeClosed(lag - 1, lag + 1));
        IntStream same = Arrays.stream(exact).map(day -> day * season);
        return IntStream.concat(IntStream.rangeClosed(1, recent), IntStream.concat(beside, same))
                .filter(lag -> lag > 0)
                .sorted()
                .distinct()
                .toArray();
    }
}
