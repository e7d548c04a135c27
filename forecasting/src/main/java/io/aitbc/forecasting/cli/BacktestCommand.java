package io.aitbc.forecasting.cli;

import io.aitbc.forecasting.Series;
import io.aitbc.forecasting.Settings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** How our forecasts and the naive ones would have done over anybody's own series, each made from the past alone. */
@Command(name = "backtest", description = "Backtests one column of a CSV file.", mixinStandardHelpOptions = true)
final class BacktestCommand implements Runnable {

    @Parameters(paramLabel = "FILE", description = "CSV with a header row, one row per hour, oldest first")
    Path file = Path.of("");

    @Option(names = "--column", required = true, description = "the column to forecast")
    String column = "";

    @Option(names = "--horizon", defaultValue = "24", description = "hours ahead (default: ${DEFAULT-VALUE})")
    int horizon;

    @Option(names = "--season", defaultValue = "24", description = "hours of a season (default: ${DEFAULT-VALUE})")
    int season;

    @Option(names = "--every", defaultValue = "24", description = "hours between origins (default: ${DEFAULT-VALUE})")
    int every;

    @Option(names = "--origins", defaultValue = "0", description = "only the last so many origins; 0 for all")
    int origins;

    @Option(names = "--window", description = "rows before the first origin (default: 28 seasons, or half the rows)")
    @Nullable
    Integer window;

    @Option(names = "--skip", defaultValue = "0", description = "rows to leave out at the start")
    int skip;

    @Option(names = "--drop-last", defaultValue = "0", description = "rows to leave out at the end")
    int dropLast;

    @Option(names = "--threads", description = "threads to work on (default: one per core)")
    int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "also write the figures to this file")
    @Nullable
    Path json;

    @Option(names = "--plot", description = "also draw the last forecasts against what came, as SVG")
    @Nullable
    Path plot;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        positive("--horizon", horizon);
        if (horizon > Settings.LONGEST_HORIZON) {
            throw new BadInput("--horizon must be at most " + Settings.LONGEST_HORIZON + ", was " + horizon);
        }
        positive("--every", every);
        positive("--threads", threads);
        double[] all = CsvFile.read(file).column(column);
        int rows = all.length - skip - dropLast;
        int first = window != null ? window : Math.min(28 * season, rows / 2);
        if (skip < 0 || dropLast < 0 || first < Settings.LEAST_HISTORY || rows < first + horizon) {
            throw new BadInput(file + " has " + all.length + " rows, of which " + Math.max(0, rows)
                    + " are used: not enough for " + Math.max(first, Settings.LEAST_HISTORY)
                    + " of past and a horizon of " + horizon
                    + "; give more rows, a smaller --window (at least " + Settings.LEAST_HISTORY
                    + ") or a smaller --horizon");
        }
        Series series = Series.of(Arrays.copyOfRange(all, skip, all.length - dropLast));
        Replay replay = Replay.of(series, settings(), horizon, origins(first, rows), threads);
        PrintWriter out = spec.commandLine().getOut();
        replay.report(out, file + ", " + column);
        out.flush();
        Json.write(json, replay.json(column));
        if (plot != null) {
            Json.write(plot, BandPlot.svg(replay, column));
        }
    }

    private Settings settings() {
        try {
            return new Settings(
                    season,
                    Settings.hourly().longestHistory(),
                    Settings.hourly().origins());
        } catch (IllegalArgumentException e) {
            throw new BadInput("--" + e.getMessage());
        }
    }

    private List<Integer> origins(int first, int rows) {
        int count = (rows - first - horizon) / every + 1;
        List<Integer> at = java.util.stream.IntStream.range(0, count)
                .mapToObj(k -> first + k * every)
                .toList();
        return origins > 0 ? at.subList(Math.max(0, count - origins), count) : at;
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new BadInput(name + " must be at least 1, was " + value);
        }
    }
}
