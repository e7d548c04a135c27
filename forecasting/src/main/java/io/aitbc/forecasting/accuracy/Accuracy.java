package io.aitbc.forecasting.accuracy;

/** Measures of forecasts against what came. Hours whose outcome is not finite are left out. */
public final class Accuracy {

    private Accuracy() {}

    /**
     * Mean absolute error, in the series' unit.
     *
     * @return not a number where no outcome is known
     */
    public static double mae(double[] outcome, double[] forecast) {
        double sum = 0;
        int known = 0;
        for (int i = 0; i < forecast.length; i++) {
            if (Double.isFinite(outcome[i])) {
                sum += Math.abs(outcome[i] - forecast[i]);
                known++;
            }
        }
        return known == 0 ? Double.NaN : sum / known;
    }

    /**
     * The scale of MASE: the mean absolute error of the seasonal naive forecast inside the history (Hyndman and Koehler 2006, "Another
     * look at measures of forecast accuracy").
     *
     * @param season hours, at least 1
     * @return at least 0; not a number where no pair of hours a season apart is known
     */
    public static double seasonalScale(double[] history, int season) {
        double sum = 0;
        int known = 0;
        for (int i = season; i < history.length; i++) {
            double difference = Math.abs(history[i] - history[i - season]);
            if (Double.isFinite(difference)) {
                sum += difference;
                known++;
            }
        }
        return known == 0 ? Double.NaN : sum / known;
    }

    /**
     * Mean absolute scaled error: 1 is as good as the seasonal naive forecast was one step ahead inside the history.
     *
     * @return not a number, or infinite, where the history repeats itself exactly (a scale of 0)
     */
    public static double mase(double[] history, int season, double[] outcome, double[] forecast) {
        return mae(outcome, forecast) / seasonalScale(history, season);
    }

    /** Symmetric mean absolute percentage error as in the M4 competition, 0..200; an hour where both are 0 counts as exact. */
    public static double smape(double[] outcome, double[] forecast) {
        double sum = 0;
        int known = 0;
        for (int i = 0; i < forecast.length; i++) {
            if (Double.isFinite(outcome[i])) {
                sum += smape(outcome[i], forecast[i]);
                known++;
            }
        }
        return known == 0 ? Double.NaN : sum / known;
    }

    /** One hour's part of {@link #smape(double[], double[])}, 0..200. */
    public static double smape(double outcome, double forecast) {
        double both = Math.abs(outcome) + Math.abs(forecast);
        return both == 0 ? 0 : 200 * Math.abs(outcome - forecast) / both;
    }

    /**
     * Pinball loss of a quantile (Koenker and Bassett 1978): least, on average, for the true quantile.
     *
     * @param level of the quantile, within 0..1
     */
    public static double pinball(double level, double outcome, double quantile) {
        return outcome >= quantile ? level * (outcome - quantile) : (1 - level) * (quantile - outcome);
    }

    /**
     * The share of known outcomes within {@code low..high}, both included, 0..1.
     *
     * @return not a number where no outcome is known
     */
    public static double coverage(double[] outcome, double[] low, double[] high) {
        int inside = 0;
        int known = 0;
        for (int i = 0; i < low.length; i++) {
            if (Double.isFinite(outcome[i])) {
                inside += outcome[i] >= low[i] && outcome[i] <= high[i] ? 1 : 0;
                known++;
            }
        }
        return known == 0 ? Double.NaN : (double) inside / known;
    }
}
