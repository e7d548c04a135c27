package io.aitbc.forecasting.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.forecasting.Data;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The published figures come out again, and ours are better: in short; docs/forecasting.md has the full tables and their commands. */
class RealSeriesTest {

    @TempDir
    Path folder = Path.of("");

    @Test
    void theNaiveFiguresOfTheM4CompetitionComeOutToThreeDecimals() throws IOException {
        JsonNode table = m4("--naive-only");
        assertThat(table.get("series").asInt()).isEqualTo(414);
        assertFigures(table, "naive", "11.608", "43.003");
        assertFigures(table, "seasonal naive (24)", "1.193", "13.912");
    }

    @Test
    void onASampleOfTheM4SeriesOursBeatsEveryBenchmark() throws IOException {
        JsonNode table = m4("--series", "30");
        JsonNode ours = model(table, "ours");
        assertThat(table.get("series").asInt()).isBetween(30, 35);
        for (String benchmark :
                List.of("naive", "seasonal naive (24)", "seasonal naive (168)", "theta", "Holt-Winters, damped")) {
            JsonNode other = model(table, benchmark);
            assertThat(ours.get("mase").asDouble())
                    .as(benchmark)
                    .isLessThan(other.get("mase").asDouble());
            assertThat(ours.get("smape").asDouble())
                    .as(benchmark)
                    .isLessThan(other.get("smape").asDouble());
        }
        assertThat(table.get("band").get("coverage80_achieved").asDouble()).isBetween(0.7, 0.9);
        assertThat(table.get("band").get("coverage95_achieved").asDouble()).isBetween(0.88, 1.0);
    }

    @Test
    void gpuDemandIsForecastBetterThanAnyNaiveWayAndTheIntervalsHold() throws IOException {
        Path file = Data.file("gpu-demand-hourly.csv");
        JsonNode figures = run(
                "backtest",
                file.toString(),
                "--column",
                "gpus_active_requested",
                "--skip",
                "24",
                "--drop-last",
                "3",
                "--every",
                "72");
        double ours = model(figures, "ours").get("mase").asDouble();
        assertThat(ours).isLessThan(1.0);
        for (String naive : List.of("naive", "seasonal naive (24)", "seasonal naive (168)")) {
            assertThat(ours)
                    .as(naive)
                    .isLessThan(model(figures, naive).get("mase").asDouble());
        }
        assertThat(figures.get("band").get("coverage80_achieved").asDouble()).isBetween(0.74, 0.86);
        assertThat(figures.get("band").get("coverage95_achieved").asDouble()).isBetween(0.92, 0.98);
    }

    private static void assertFigures(JsonNode table, String model, String mase, String smape) {
        assertThat(String.format("%.3f", model(table, model).get("mase").asDouble()))
                .isEqualTo(mase);
        assertThat(String.format("%.3f", model(table, model).get("smape").asDouble()))
                .isEqualTo(smape);
    }

    private static JsonNode model(JsonNode table, String name) {
        return StreamSupport.stream(table.get("models").spliterator(), false)
                .filter(row -> row.get("model").asText().equals(name))
                .findAny()
                .orElseThrow();
    }

    private JsonNode m4(String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "m4",
                "--train",
                Data.file("m4-hourly-train.csv").toString(),
                "--test",
                Data.file("m4-hourly-test.csv").toString()));
        arguments.addAll(Arrays.asList(options));
        return run(arguments.toArray(String[]::new));
    }

    private JsonNode run(String... arguments) throws IOException {
        Path json = folder.resolve("figures.json");
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of("--json", json.toString()));
        CommandLine command = ForecastingCommand.commandLine().setOut(new PrintWriter(new StringWriter()));
        assertThat(command.execute(all.toArray(String[]::new))).isZero();
        return new ObjectMapper().readTree(json.toFile());
    }
}
