package io.aitbc.forecasting.cli;

import io.aitbc.forecasting.Series;
import io.aitbc.forecasting.Settings;
import io.aitbc.forecasting.planning.PlanSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What would have come of following the recommendations over anybody's own series, beside simpler ways to decide. */
@Command(
        name = "plan",
        description = "Replays a column of a CSV file with miners added and removed by several rules.",
        mixinStandardHelpOptions = true)
final class PlanCommand implements Runnable {

    @Parameters(paramLabel = "FILE", description = "CSV with a header row, one row per hour, oldest first")
    Path file = Path.of("");

    @Option(names = "--column", required = true, description = "the column with the demand, in GPUs")
    String column = "";

    @Option(names = "--miner", defaultValue = "8", description = "GPUs of a miner (default: ${DEFAULT-VALUE})")
    double miner;

    @Option(
            names = "--lead",
            split = ",",
            defaultValue = "24",
            description = "hours until ordered miners work; several with commas (default: ${DEFAULT-VALUE})")
    int[] leads = {};

    @Option(
            names = "--target",
            defaultValue = "0.8",
            description = "share of the GPUs that p95 demand may take (default: ${DEFAULT-VALUE})")
    double target;

    @Option(
            names = "--reactive",
            defaultValue = "0.8",
            description = "utilisation above which the reactive rules order (default: ${DEFAULT-VALUE})")
    double threshold;

    @Option(
            names = "--cool-down",
            defaultValue = "168",
            description = "hours of low demand before miners go (default: ${DEFAULT-VALUE})")
    int coolDown;

    @Option(names = "--horizon", defaultValue = "168", description = "hours ahead (default: ${DEFAULT-VALUE})")
    int horizon;

    @Option(names = "--every", defaultValue = "24", description = "hours between decisions (default: ${DEFAULT-VALUE})")
    int every;

    @Option(
            names = "--start-capacity",
            split = ",",
            description =
                    "GPUs at the start, in whole miners; several with commas (default: what the rule asks for at the "
                            + "highest demand before the first decision)")
    double[] starts = {};

    @Option(names = "--window", description = "rows before the first decision (default: 28 days)")
    int window = 28 * 24;

    @Option(names = "--skip", defaultValue = "0", description = "rows to leave out at the start")
    int skip;

    @Option(names = "--drop-last", defaultValue = "0", description = "rows to leave out at the end")
    int dropLast;

    @Option(names = "--threads", description = "threads to work on (default: one per core)")
    int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "also write the figures to this file")
    @Nullable
    Path json;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        atLeast("--horizon", horizon, 1);
        atLeast("--every", every, 1);
        atLeast("--threads", threads, 1);
        if (horizon > Settings.LONGEST_HORIZON) {
            throw new BadInput("--horizon must be at most " + Settings.LONGEST_HORIZON + ", was " + horizon);
        }
        if (!(miner > 0 && Double.isFinite(miner))) {
            throw new BadInput("--miner must be a number above 0, was " + miner);
        }
        if (!(threshold > 0 && threshold <= 1)) {
            throw new BadInput("--reactive must be above 0 and at most 1, was " + threshold);
        }
        for (double start : starts) {
            if (!(start >= 0 && Double.isFinite(start))) {
                throw new BadInput("--start-capacity must be a number of at least 0, was " + start);
            }
        }
        List<PlanSettings> settings = settings();
        PlanReplay replay = PlanReplay.of(series(), window, every, horizon, miner, threads);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%s, %s: %d hours, %d decisions, miners of %s GPUs, %d hours ahead%n",
                file,
                column,
                replay.series().hours() - window,
                replay.forecasts().size(),
                miner,
                horizon);
        List<PlanReplay.Comparison> comparisons = new ArrayList<>();
        for (PlanSettings one : settings) {
            for (double start : starts.length > 0 ? starts : new double[] {replay.usualStart(one)}) {
                comparisons.add(replay.compare(start, one, threshold));
            }
        }
        comparisons.forEach(comparison -> comparison.report(out));
        out.flush();
        Json.write(json, comparisons.stream().map(PlanReplay.Comparison::json).toList());
    }

    private Series series() {
        double[] all = CsvFile.read(file).column(column);
        int rows = all.length - skip - dropLast;
        if (skip < 0 || dropLast < 0 || window < Settings.LEAST_HISTORY || rows <= window) {
            throw new BadInput(file + " has " + all.length + " rows, of which " + Math.max(0, rows)
                    + " are used: not enough for " + Math.max(window, Settings.LEAST_HISTORY)
                    + " before the first decision; give more rows or a smaller --window (at least "
                    + Settings.LEAST_HISTORY + ")");
        }
        return Series.of(Arrays.copyOfRange(all, skip, all.length - dropLast));
    }

    private List<PlanSettings> settings() {
        try {
            return Arrays.stream(leads)
                    .mapToObj(lead -> new PlanSettings(target, lead, coolDown))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new BadInput(String.valueOf(e.getMessage())
                    .replace("targetUtilisation", "--target")
                    .replace("leadTimeHours", "--lead")
                    .replace("coolDownHours", "--cool-down"));
        }
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new BadInput(name + " must be at least " + least + ", was " + value);
        }
    }
}
