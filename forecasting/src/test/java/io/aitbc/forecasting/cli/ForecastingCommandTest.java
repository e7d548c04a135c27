package io.aitbc.forecasting.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ForecastingCommandTest {

    @TempDir
    Path folder = Path.of("");

    private record Run(int exit, String out, String err) {}

    @Test
    void aBacktestPrintsATableAndWritesJsonAndAPlot() throws Exception {
        Path json = folder.resolve("out.json");
        Path plot = folder.resolve("out.svg");
        Run run = run(
                "backtest",
                demand(40).toString(),
                "--column",
                "gpus",
                "--origins",
                "4",
                "--json",
                json.toString(),
                "--plot",
                plot.toString());
        assertThat(run.err).isEmpty();
        assertThat(run.exit).isZero();
        assertThat(run.out)
                .contains("4 origins, 24 hours ahead", "seasonal naive (24)", "ours", "coverage of the 80 % interval");
        JsonNode figures = new ObjectMapper().readTree(json.toFile());
        assertThat(figures.get("origins").asInt()).isEqualTo(4);
        assertThat(figures.get("models")).hasSize(4);
        assertThat(figures.get("models").get(3).get("model").asText()).isEqualTo("ours");
        assertThat(figures.get("models").get(3).get("mase").asDouble()).isBetween(0.1, 1.5);
        assertThat(figures.get("band").get("hours").asInt()).isEqualTo(96);
        var svg = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(plot.toFile());
        assertThat(svg.getElementsByTagName("polygon").getLength())
                .as("two bands per origin")
                .isEqualTo(8);
        assertThat(svg.getElementsByTagName("polyline").getLength())
                .as("a forecast per origin and what came")
                .isEqualTo(5);
    }

    @Test
    void everyRowFromTheWindowOnIsAnOrigin() throws IOException {
        Run run = run(
                "backtest",
                demand(40).toString(),
                "--column",
                "gpus",
                "--window",
                "800",
                "--every",
                "30",
                "--horizon",
                "12");
        // (960 - 800 - 12) / 30 + 1
        assertThat(run.out).contains("5 origins, 12 hours ahead");
    }

    @Test
    void missingCellsAreMissingHours() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(demand(40)));
        for (int i = 10; i < lines.size(); i += 17) {
            lines.set(i, i + "," + List.of("", "NA", "NaN", "null").get(i % 4));
        }
        Path gappy = folder.resolve("gappy.csv");
        Files.write(gappy, lines);
        Run run = run("backtest", gappy.toString(), "--column", "gpus", "--origins", "3");
        assertThat(run.exit).isZero();
        assertThat(run.out).containsPattern("6[0-9] hours").doesNotContain("NaN");
    }

    @Test
    void theNumberOfThreadsChangesNothing() throws IOException {
        String file = demand(35).toString();
        assertThat(run("backtest", file, "--column", "gpus", "--threads", "1", "--origins", "5").out)
                .contains("ours")
                .isEqualTo(run("backtest", file, "--column", "gpus", "--threads", "4", "--origins", "5").out);
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        refused("there is no file nowhere.csv", "backtest", "nowhere.csv", "--column", "x");
    }

    @Test
    void anUnknownColumnIsAnsweredWithThoseThatExist() throws IOException {
        Path file = demand(40);
        refused(file + " has no column 'gpu'; it has hour, gpus", "backtest", file.toString(), "--column", "gpu");
    }

    @Test
    void tooFewRowsAreRefusedWithWhatWouldDo() throws IOException {
        Path file = demand(1);
        refused(
                file
                        + " has 24 rows, of which 24 are used: not enough for 24 of past and a horizon of 24; give more rows,"
                        + " a smaller --window (at least 24) or a smaller --horizon",
                "backtest",
                file.toString(),
                "--column",
                "gpus");
    }

    @Test
    void aCellThatIsNoNumberIsNamedWithItsLine() throws IOException {
        Path file = folder.resolve("bad.csv");
        Files.writeString(file, "hour,gpus\n0,5\n\n1,five\n");
        refused(
                file
                        + ", line 4, column 'gpus': 'five' is not a number; leave the cell empty where the hour is missing",
                "backtest",
                file.toString(),
                "--column",
                "gpus");
    }

    @Test
    void anEmptyFileAndBytesAreRefused() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.csv"));
        refused(
                empty + " is empty: a header row and at least one row of data are needed",
                "backtest",
                empty.toString(),
                "--column",
                "x");
        Path bytes = Files.write(folder.resolve("bytes.csv"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        refused(bytes + " is not a text file in UTF-8", "backtest", bytes.toString(), "--column", "x");
    }

    @Test
    void optionsOutOfRangeAreRefused() throws IOException {
        String file = demand(40).toString();
        refused("--horizon must be at least 1, was 0", "backtest", file, "--column", "gpus", "--horizon", "0");
        refused("--season must be within 2..168, was 1", "backtest", file, "--column", "gpus", "--season", "1");
        refused("--horizon must be at most 1000, was 1001", "backtest", file, "--column", "gpus", "--horizon", "1001");
    }

    @Test
    void aColumnWithoutValuesIsRefused() throws IOException {
        Path file = folder.resolve("void.csv");
        Files.writeString(file, "hour,gpus\n" + "0,\n".repeat(200));
        Run run = run("backtest", file.toString(), "--column", "gpus");
        assertThat(run.exit).isEqualTo(1);
        assertThat(run.err).contains("too few hours are observed before every origin");
    }

    @Test
    void m4PartsThatDoNotBelongTogetherAreRefused() throws IOException {
        Path train = folder.resolve("train.csv");
        Path test = folder.resolve("test.csv");
        Files.writeString(train, "\"V1\",\"V2\"\n\"H1\",\"5\"\n");
        Files.writeString(test, "\"V1\",\"V2\"\n\"H2\",\"5\"\n");
        refused(
                "row 1 is H1 in " + train + " and H2 in " + test + ": both must have the same order",
                "m4",
                "--train",
                train.toString(),
                "--test",
                test.toString());
        Files.writeString(test, "\"V1\",\"V2\"\n");
        refused(
                train + " has 1 series and " + test + " has 0: they must be the two parts of one data set",
                "m4",
                "--train",
                train.toString(),
                "--test",
                test.toString());
    }

    @Test
    void raggedQuotedRowsAreRead() throws IOException {
        Path file = folder.resolve("ragged.csv");
        Files.writeString(file, "\"V1\",\"V2\",\"V3\"\n\"H,1\",\"1.5\",\n\"H2\",2,3\n");
        CsvFile csv = CsvFile.read(file);
        assertThat(csv.id(0)).isEqualTo("H,1");
        assertThat(csv.values(0)).containsExactly(1.5);
        assertThat(csv.values(1)).containsExactly(2, 3);
    }

    private void refused(String message, String... arguments) {
        Run run = run(arguments);
        assertThat(run.err.strip()).isEqualTo(message);
        assertThat(run.exit).isEqualTo(1);
        assertThat(run.out).isEmpty();
    }

    private static Run run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = ForecastingCommand.commandLine();
        command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exit = command.execute(arguments);
        return new Run(exit, out.toString(), err.toString());
    }

    private Path demand(int days) throws IOException {
        Random random = new Random(days);
        Path file = folder.resolve("demand" + days + ".csv");
        Files.writeString(
                file,
                IntStream.range(0, days * 24)
                        .mapToObj(i -> i + "," + (50 + 20 * Math.sin(i * Math.PI / 12) + 5 * random.nextGaussian()))
                        .collect(Collectors.joining("\n", "hour,gpus\n", "\n")));
        return file;
    }
}
