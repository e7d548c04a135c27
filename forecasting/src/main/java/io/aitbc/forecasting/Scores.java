package io.aitbc.forecasting;

import io.aitbc.forecasting.accuracy.Accuracy;
import org.jspecify.annotations.Nullable;

/**
 * Counts what paths and intervals achieved at their origins. Intervals are judged at the later half of the origins: the forecast to be handed
 * out also has at least that many origins' errors behind it.
 */
final class Scores {

    private int known;
    private double absolute;
    private double symmetric;
    private int judged;
    private int in80;
    private int in95;
    private int to80;
    private int to95;

    private Scores() {}

    static Backtest of(
            double[] values,
            int season,
            int[] origins,
            double[][] paths,
            ConformalIntervals intervals,
            double naiveError) {
        Scores scores = new Scores();
        int end = origins.length - 1;
        for (int k = 0; k < end; k++) {
            for (int step = 0; step < paths[k].length && origins[k] + step < values.length; step++) {
                double outcome = values[origins[k] + step];
                if (Double.isFinite(outcome)) {
                    scores.add(outcome, paths[k][step]);
                    if (k >= end / 2) {
                        scores.judge(outcome, intervals.at(k), step);
                    }
                }
            }
        }
        double error = scores.absolute / scores.known;
        double mase = error / Accuracy.seasonalScale(values, Math.min(season, values.length / 2));
        return new Backtest(
                end,
                finite(mase),
                scores.symmetric / scores.known,
                finite(1 - error / naiveError),
                scores.share(scores.in80),
                scores.share(scores.in95),
                scores.share(scores.to80),
                scores.share(scores.to95));
    }

    private void add(double outcome, double forecast) {
        known++;
        absolute += Math.abs(outcome - forecast);
        symmetric += Accuracy.smape(outcome, forecast);
    }

    private void judge(double outcome, double[][] q, int step) {
        if (Double.isFinite(q[0][step])) {
            judged++;
            in80 += outcome >= q[1][step] && outcome <= q[3][step] ? 1 : 0;
            in95 += outcome >= q[0][step] && outcome <= q[5][step] ? 1 : 0;
            to80 += outcome <= q[2][step] ? 1 : 0;
            to95 += outcome <= q[4][step] ? 1 : 0;
        }
    }

    private @Nullable Double share(int count) {
        return judged == 0 ? null : (double) count / judged;
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
