package io.aitbc.forecasting.cli;

import io.aitbc.forecasting.accuracy.Accuracy;
import java.util.LinkedHashMap;
import java.util.Map;

/** Means of a model's measures over forecasts; those that are not finite (a history that repeats itself) are left out of MASE and counted. */
final class Standing {

    private final String model;
    private double mase;
    private int scaled;
    private double smape;
    private double mae;
    private int forecasts;

    Standing(String model) {
        this.model = model;
    }

    void add(double[] history, int season, double[] outcome, double[] forecast) {
        double error = Accuracy.mase(history, season, outcome, forecast);
        if (Double.isFinite(error)) {
            mase += error;
            scaled++;
        }
        double percent = Accuracy.smape(outcome, forecast);
        if (Double.isFinite(percent)) {
            smape += percent;
            mae += Accuracy.mae(outcome, forecast);
            forecasts++;
        }
    }

    double mase() {
        return mase / scaled;
    }

    double smape() {
        return smape / forecasts;
    }

    String line() {
        return String.format(
                java.util.Locale.ROOT, "%-44s %9.3f %9.3f %14.6g", model, mase(), smape(), mae / forecasts);
    }

    static String header() {
        return String.format("%-44s %9s %9s %14s", "model", "MASE", "sMAPE", "MAE");
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", model);
        json.put("mase", mase());
        json.put("smape", smape());
        json.put("mae", mae / forecasts);
        return json;
    }
}
