package io.aitbc.forecasting.cli;

import io.aitbc.forecasting.Forecast;
import io.aitbc.forecasting.Forecaster;
import io.aitbc.forecasting.HourForecast;
import io.aitbc.forecasting.Series;
import io.aitbc.forecasting.Settings;
import io.aitbc.forecasting.model.Model;
import io.aitbc.forecasting.model.Models;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The table of the M4 competition's hourly series: every model, and ours, against the part that was held back. */
@Command(
        name = "m4",
        description = "Prints MASE and sMAPE of each model over the M4 hourly series.",
        mixinStandardHelpOptions = true)
final class M4Command implements Runnable {

    private static final String OURS = "ours";

    @Option(names = "--train", required = true, description = "the training part: one series a row, its id in column 1")
    Path train = Path.of("");

    @Option(names = "--test", required = true, description = "the part held back, same order")
    Path test = Path.of("");

    @Option(names = "--season", defaultValue = "24", description = "hours of a season (default: ${DEFAULT-VALUE})")
    int season;

    @Option(names = "--series", defaultValue = "0", description = "only about so many series, evenly spread; 0 for all")
    int series;

    @Option(names = "--naive-only", description = "only the naive models: seconds instead of minutes")
    boolean naiveOnly;

    @Option(names = "--threads", description = "threads to work on (default: one per core)")
    int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "also write the table to this file")
    @Nullable
    Path json;

    @Spec
    CommandSpec spec = CommandSpec.create();

    /** One series: the history, what came, a row of forecasts per model, and ours with its band. */
    private record Outcome(
            Series history,
            Series came,
            List<double[]> rows,
            @Nullable Forecast ours) {}

    @Override
    public void run() {
        CsvFile histories = CsvFile.read(train);
        CsvFile futures = CsvFile.read(test);
        if (histories.size() != futures.size()) {
            throw new BadInput(train + " has " + histories.size() + " series and " + test + " has " + futures.size()
                    + ": they must be the two parts of one data set");
        }
        List<Model> models = new ArrayList<>(Models.naives(season));
        if (!naiveOnly) {
            models.addAll(Models.classics(season));
            models.addAll(Models.regressions(season));
            models.add(Models.median(season));
        }
        int apart = series <= 0 ? 1 : Math.max(1, histories.size() / series);
        int count = (histories.size() + apart - 1) / apart;
        List<Outcome> outcomes = Together.map(count, threads, i -> forecast(models, histories, futures, i * apart));
        report(models, outcomes);
    }

    private Outcome forecast(List<Model> models, CsvFile histories, CsvFile futures, int row) {
        if (!histories.id(row).equals(futures.id(row))) {
            throw new BadInput("row " + (row + 1) + " is " + histories.id(row) + " in " + train + " and "
                    + futures.id(row) + " in " + test + ": both must have the same order");
        }
        double[] history = histories.values(row);
        double[] came = futures.values(row);
        List<double[]> rows = models.stream()
                .map(model -> model.forecast(history, came.length))
                .toList();
        Forecast ours = naiveOnly
                ? null
                : Forecaster.forecast(
                        Series.of(history),
                        came.length,
                        new Settings(
                                season,
                                Settings.hourly().longestHistory(),
                                Settings.hourly().origins()));
        return new Outcome(Series.of(history), Series.of(came), rows, ours);
    }

    private void report(List<Model> models, List<Outcome> outcomes) {
        List<Standing> standings = new ArrayList<>();
        for (int i = 0; i < models.size(); i++) {
            Standing standing = new Standing(models.get(i).name());
            for (Outcome outcome : outcomes) {
                standing.add(outcome.history.toArray(), season, outcome.came.toArray(), outcome.rows.get(i));
            }
            standings.add(standing);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("series", outcomes.size());
        PrintWriter out = spec.commandLine().getOut();
        Band band = new Band();
        if (!naiveOnly) {
            Standing ours = new Standing(OURS);
            for (Outcome outcome : outcomes) {
                Forecast forecast = outcome.ours;
                if (forecast != null && forecast.status() != Forecast.Status.INSUFFICIENT_DATA) {
                    double[] p50 = forecast.hours().stream()
                            .mapToDouble(HourForecast::p50)
                            .toArray();
                    ours.add(outcome.history.toArray(), season, outcome.came.toArray(), p50);
                    band.add(forecast.hours(), outcome.came.toArray());
                }
            }
            standings.add(ours);
            all.put("band", band.json());
        }
        all.put("models", standings.stream().map(Standing::json).toList());
        out.println(outcomes.size() + " series");
        out.println(Standing.header());
        standings.forEach(standing -> out.println(standing.line()));
        if (!naiveOnly) {
            out.println(band.lines());
        }
        out.flush();
        Json.write(json, all);
    }
}
