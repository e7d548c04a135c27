package io.aitbc.forecasting.cli;

import io.aitbc.forecasting.Forecast;
import io.aitbc.forecasting.Forecaster;
import io.aitbc.forecasting.HourForecast;
import io.aitbc.forecasting.Series;
import io.aitbc.forecasting.Settings;
import io.aitbc.forecasting.model.Model;
import io.aitbc.forecasting.model.Models;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Forecasts made again at origins in the past of a series, each from what came before it alone, beside the naive ones.
 *
 * @param series all of it
 * @param horizon hours ahead
 * @param forecasts one per origin, in order; origins without enough data are left out
 */
record Replay(Series series, Settings settings, int horizon, List<Made> forecasts) {

    /** Ours at an origin, and one row per naive model. */
    record Made(int origin, Forecast ours, List<double[]> naives) {}

    static Replay of(Series series, Settings settings, int horizon, List<Integer> origins, int threads) {
        List<Made> made = Together.map(origins.size(), threads, i -> {
            Series past = series.between(0, origins.get(i));
            Forecast ours = Forecaster.forecast(past, horizon, settings);
            List<double[]> naives = new ArrayList<>();
            if (ours.status() != Forecast.Status.INSUFFICIENT_DATA) {
                double[] filled = past.filled(settings.season());
                for (Model naive : Models.naives(settings.season())) {
                    naives.add(naive.forecast(filled, horizon));
                }
            }
            return new Made(origins.get(i), ours, naives);
        });
        List<Made> judged = made.stream()
                .filter(one -> one.ours.status() != Forecast.Status.INSUFFICIENT_DATA)
                .toList();
        if (judged.isEmpty()) {
            throw new BadInput("too few hours are observed before every origin: at least " + Settings.LEAST_HISTORY
                    + " are needed; give more rows");
        }
        return new Replay(series, settings, horizon, judged);
    }

    /** What came after an origin. */
    double[] came(Made made) {
        return series.between(made.origin, made.origin + horizon).toArray();
    }

    private List<Standing> standings() {
        List<Standing> standings = new ArrayList<>();
        List<Model> naives = Models.naives(settings.season());
        for (int i = 0; i < naives.size(); i++) {
            Standing standing = new Standing(naives.get(i).name());
            for (Made made : forecasts) {
                standing.add(past(made), settings.season(), came(made), made.naives.get(i));
            }
            standings.add(standing);
        }
        Standing ours = new Standing("ours");
        for (Made made : forecasts) {
            double[] p50 =
                    made.ours.hours().stream().mapToDouble(HourForecast::p50).toArray();
            ours.add(past(made), settings.season(), came(made), p50);
        }
        standings.add(ours);
        return standings;
    }

    private double[] past(Made made) {
        return Arrays.copyOf(series.toArray(), made.origin);
    }

    private Band band() {
        Band band = new Band();
        forecasts.forEach(made -> band.add(made.ours.hours(), came(made)));
        return band;
    }

    private Map<String, Integer> counted(java.util.function.Function<Forecast, Object> what) {
        Map<String, Integer> counts = new TreeMap<>();
        forecasts.forEach(made -> counts.merge(String.valueOf(what.apply(made.ours)), 1, Integer::sum));
        return counts;
    }

    void report(PrintWriter out, String title) {
        out.println(title + ": " + forecasts.size() + " origins, " + horizon + " hours ahead");
        out.println(Standing.header());
        standings().forEach(standing -> out.println(standing.line()));
        out.println(band().lines());
        out.println("status " + counted(Forecast::status) + ", model " + counted(Forecast::model));
    }

    Map<String, Object> json(String column) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("column", column);
        json.put("horizon", horizon);
        json.put("season", settings.season());
        json.put("origins", forecasts.size());
        json.put("models", standings().stream().map(Standing::json).toList());
        json.put("band", band().json());
        json.put("status", counted(Forecast::status));
        json.put("chosen", counted(Forecast::model));
        return json;
    }
}
