package io.aitbc.monitoring.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jerolba.carpet.CarpetReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path root;

    private static SampleRun full() {
        return new SampleRun()
                .kpi("throughput_qps", "1/s", KpiStatus.OK, 41.25)
                .kpi("latency_p50_ms", "ms", KpiStatus.OK, 182.5)
                .kpi(
                        "latency_p95_ms",
                        "ms",
                        KpiStatus.PARTIAL,
                        611.0,
                        "node at mel2041:9100: 540 of 600 scrapes worked.")
                .kpi("latency_p99_ms", "ms", KpiStatus.CAPPED_AT_INF, 2500.0, "The quantile 0.99 is above 2.5.")
                .kpi("tokens_per_s", "tokens/s", KpiStatus.NO_DATA, null)
                .kpi("tiny", "ratio", KpiStatus.OK, 1.25e-7)
                .kpi("gpu_energy_j", "J", KpiStatus.OK, 123456789.125)
                .kpi(
                        "peak",
                        "1/s",
                        KpiStatus.QUERY_ERROR,
                        null,
                        "execution: many-to-many matching <script>alert(1)</script>")
                .labelled(
                        "gpu_util_by_gpu_pct",
                        "%",
                        new Manifest.Value(Map.of("gpu", "0", "instance", "mel2041:9400"), 93.0),
                        new Manifest.Value(Map.of("gpu", "1", "instance", "mel2041:9400"), -0.5))
                .threshold("throughput_qps", 40.0, null, Verdict.PASS)
                .threshold("latency_p95_ms", null, 500.0, Verdict.FAIL)
                .series("throughput_qps", Map.of(), 590, i -> 40 + 5 * Math.sin(i / 40.0))
                .series("latency_p50_ms", Map.of(), 590, i -> 180 + 20 * Math.cos(i / 15.0))
                .series("latency_p95_ms", Map.of(), 590, i -> 600 + 90 * Math.sin(i / 60.0) + (i % 7) * 9)
                .series("gpu_util_by_gpu_pct", Map.of("gpu", "0", "instance", "mel2041:9400"), 590, i -> 93 + i % 5)
                .series("gpu_util_by_gpu_pct", Map.of("gpu", "1", "instance", "mel2041:9400"), 590, i -> i % 30);
    }

    @Test
    void theSummaryBeginsWithTheSeedsColumns() throws IOException {
        Path folder = full().writeTo(root.resolve("run"));
        List<CSVRecord> rows = csv(folder.resolve("metrics_summary.csv"));
        assertThat(String.join(",", rows.get(0)))
                .isEqualTo(
                        "run_id,session_id,from,to,throughput_qps,cpu_util_avg_pct,gpu_util_avg_pct,latency_p50_ms,"
                                + "latency_p95_ms,latency_p99_ms,tokens_per_s,tiny,gpu_energy_j,peak,gpu_util_by_gpu_pct,status");
        assertThat(String.join(",", rows.get(1)))
                .isEqualTo(
                        "01960000-0000-7000-8000-00000000000a,bench01,2026-04-22T10:00:00Z,2026-04-22T10:10:00Z,41.25,,,182.5,"
                                + "611,2500,,0.000000125,123456789.125,,,"
                                + "latency_p95_ms=PARTIAL latency_p99_ms=CAPPED_AT_INF tokens_per_s=NO_DATA peak=QUERY_ERROR");
        assertThat(rows).hasSize(2);
        Path good =
                new SampleRun().kpi("throughput_qps", "1/s", KpiStatus.OK, 1.0).writeTo(root.resolve("good"));
        assertThat(csv(good.resolve("metrics_summary.csv")).get(1).get(10)).isEqualTo("OK");
    }

    @Test
    void ofAFigureWithSeveralValuesTheReportSaysWhichFailed() throws IOException {
        Manifest.Value low = new Manifest.Value(Map.of("gpu", "0"), 10.0);
        Manifest.Value high = new Manifest.Value(Map.of("gpu", "1"), 90.0);
        Path folder = new SampleRun()
                .labelled("gpu_util_by_gpu_pct", "%", low, high)
                .threshold("gpu_util_by_gpu_pct", 50.0, null, Verdict.FAIL, List.of(low))
                .writeTo(root.resolve("run"));
        List<String> rows = Files.readString(folder.resolve("report.html"))
                .lines()
                .filter(line -> line.contains("<th scope=\"row\">gpu_util_by_gpu_pct"))
                .toList();
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0)).contains("gpu=0", ">FAIL<");
        assertThat(rows.get(1)).contains("gpu=1", ">PASS<").doesNotContain(">FAIL<");
        JsonNode threshold =
                JSON.readTree(folder.resolve("MANIFEST.json").toFile()).at("/thresholds/0");
        assertThat(threshold.path("failed").findValuesAsText("gpu")).containsExactly("0");
        Map<String, Object> before =
                JSON.convertValue(threshold, new com.fasterxml.jackson.core.type.TypeReference<>() {});
        before.remove("failed");
        assertThat(JSON.convertValue(before, Manifest.Threshold.class).failed())
                .as("of a manifest of before")
                .isEmpty();
    }

    @Test
    void noColumnOfTheReportLeavesThePage() throws Exception {
        Path chromium = Path.of("/usr/bin/chromium");
        Assumptions.assumeTrue(Files.isExecutable(chromium), "chromium is not installed here");
        String name = "a_name_without_end_".repeat(4);
        Path folder = new SampleRun()
                .labelled(
                        name,
                        "%",
                        new Manifest.Value(Map.of("instance", "host-".repeat(40), "gpu", "0"), 93.0),
                        new Manifest.Value(Map.of("instance", "b", "gpu", "1"), 94.0))
                .threshold(name, 95.0, 99.0, Verdict.FAIL)
                .writeTo(root.resolve("run"));
        Path page = root.resolve("page.html");
        Files.writeString(page, Files.readString(folder.resolve("report.html")).replace("</body>", """
                <script>
                const page = document.documentElement.clientWidth;
                const ends = [...document.querySelectorAll("td, th")].map(cell => cell.getBoundingClientRect().right);
                document.title = Math.max(...ends, document.documentElement.scrollWidth) <= page ? "fits" : "does not fit";
                </script></body>"""));
        Path shown = root.resolve("shown.html");
        Process browser = new ProcessBuilder(
                        chromium.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--user-data-dir=" + root.resolve("profile"),
                        "--window-size=1000,800",
                        "--dump-dom",
                        page.toUri().toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(shown.toFile())
                .start();
        boolean isDone = browser.waitFor(60, java.util.concurrent.TimeUnit.SECONDS);
        browser.descendants().forEach(ProcessHandle::destroyForcibly);
        browser.destroyForcibly().waitFor();
        Assumptions.assumeTrue(isDone, "chromium takes too long here");
        assertThat(Files.readString(shown)).contains("<title>fits</title>");
    }

    @Test
    void theLongTableHasARowForEachFigureAndLabelSet() throws IOException {
        List<CSVRecord> rows = csv(full().writeTo(root.resolve("run")).resolve("kpi_long.csv"));
        assertThat(String.join(",", rows.get(0))).isEqualTo("kpi,labels,value,unit,status,samples");
        assertThat(rows).hasSize(11);
        assertThat(rows.get(5)).containsExactly("tokens_per_s", "{}", "", "tokens/s", "NO_DATA", "600");
        assertThat(rows.get(10))
                .containsExactly(
                        "gpu_util_by_gpu_pct",
                        "{\"gpu\":\"1\",\"instance\":\"mel2041:9400\"}",
                        "-0.5",
                        "%",
                        "OK",
                        "600");
    }

    @Test
    void theManifestHasEveryFieldOfTheDesign() throws IOException {
        Path folder = full().writeTo(root.resolve("run"));
        JsonNode manifest = JSON.readTree(folder.resolve("MANIFEST.json").toFile());
        assertThat(manifest.fieldNames())
                .toIterable()
                .contains(
                        "run_id",
                        "session_id",
                        "generated_at_utc",
                        "window",
                        "files",
                        "schema_version",
                        "producer",
                        "labels",
                        "prometheus",
                        "targets",
                        "kpis",
                        "thresholds");
        assertThat(manifest.at("/window/from").asText()).isEqualTo("2026-04-22T10:00:00Z");
        assertThat(manifest.path("prometheus").fieldNames())
                .toIterable()
                .containsExactly("url", "version", "config_sha256", "config_generation");
        assertThat(manifest.at("/targets/0").fieldNames())
                .toIterable()
                .containsExactly(
                        "job",
                        "instance",
                        "up_ratio",
                        "scrapes_expected",
                        "scrapes_seen",
                        "longest_gap_s",
                        "last_error");
        assertThat(manifest.at("/kpis/0").fieldNames())
                .toIterable()
                .contains(
                        "name",
                        "unit",
                        "promql",
                        "eval_time",
                        "status",
                        "value",
                        "samples",
                        "series",
                        "counter_resets",
                        "warnings");
        assertThat(manifest.at("/kpis/4/value").isNull())
                .as("no data is not zero")
                .isTrue();
        assertThat(manifest.path("files").fieldNames())
                .toIterable()
                .containsExactly("metrics_summary.csv", "kpi_long.csv", "series.csv", "series.parquet", "report.html");
        assertThat(manifest.at("/files/series.csv/rows").asLong()).isEqualTo(5 * 590);
        assertThat(Files.readString(folder.resolve("MANIFEST.json.sha256"))).matches("[0-9a-f]{64}  MANIFEST\\.json\n");
        assertThat(ArtifactWriter.read(folder).kpis())
                .isEqualTo(full().manifest().kpis());
    }

    @Test
    void csvParquetAndReportAgree() throws IOException {
        Path folder = full().writeTo(root.resolve("run"));
        List<String> fromCsv = csv(folder.resolve("series.csv")).stream()
                .skip(1)
                .map(row -> row.get(0) + " " + Instant.parse(row.get(1)) + " " + row.get(2) + " "
                        + Double.parseDouble(row.get(3)))
                .toList();
        List<String> fromParquet = new ArrayList<>();
        for (SeriesParquet.Row row :
                new CarpetReader<>(folder.resolve("series.parquet").toFile(), SeriesParquet.Row.class)) {
            fromParquet.add(row.kpi() + " " + row.ts() + " " + row.labels() + " " + row.value());
        }
        List<String> fromReport = new ArrayList<>();
        for (JsonNode plot : reportData(folder).path("plots")) {
            for (JsonNode line : plot.path("lines")) {
                for (JsonNode point : line.path("points")) {
                    fromReport.add(plot.path("name").asText() + " "
                            + Instant.ofEpochMilli(point.path(0).asLong()) + " " + line.path("labels") + " "
                            + point.path(1).asDouble());
                }
            }
        }
        assertThat(fromCsv).hasSize(5 * 590).isEqualTo(fromParquet).isEqualTo(fromReport);

        String report = Files.readString(folder.resolve("report.html"));
        for (CSVRecord row :
                csv(folder.resolve("kpi_long.csv")).stream().skip(1).toList()) {
            Matcher shown = Pattern.compile("<th scope=\"row\">" + row.get(0) + "[^\n]*")
                    .matcher(report);
            List<String> lines = shown.results().map(found -> found.group()).toList();
            assertThat(lines).as(row.get(0)).isNotEmpty();
            String value = row.get(2).isEmpty() ? "class=\"none\"" : "<data value=\"" + row.get(2) + "\"";
            assertThat(lines)
                    .anySatisfy(line -> assertThat(line).contains(value).contains(">" + row.get(4) + "</span>"));
        }
    }

    @Test
    void theReportNeedsNoOtherFileAndShowsTextsAsTexts() throws IOException {
        String report = Files.readString(full().writeTo(root.resolve("run")).resolve("report.html"));
        assertThat(report).contains("Chart.js v4").contains("default-src 'none'");
        assertThat(report)
                .doesNotContainPattern("(src|href)\\s*=\\s*[\"']?(https?:)?//")
                .doesNotContain("sourceMappingURL");
        assertThat(report).doesNotContain("<script>alert").doesNotContain("<b>here</b>");
        assertThat(report).contains("&lt;script&gt;alert(1)").doesNotContain("{{");
    }

    @Test
    void aLongSeriesKeepsItsPeaksInTheReport() throws IOException {
        Path folder = new SampleRun()
                .kpi("throughput_qps", "1/s", KpiStatus.OK, 1.0)
                .series("throughput_qps", Map.of(), 50_000, i -> i == 31_234 ? 999 : i == 7 ? -3 : 1)
                .writeTo(root.resolve("run"));
        JsonNode points = reportData(folder).at("/plots/0/lines/0/points");
        assertThat(points.size()).isBetween(300, 600);
        List<Double> values = new ArrayList<>();
        points.forEach(point -> values.add(point.path(1).asDouble()));
        assertThat(values).contains(999.0, -3.0);
        assertThat(csv(folder.resolve("series.csv"))).hasSize(50_001);
    }

    @Test
    void aSpreadsheetTakesNoTextForAFormula() throws IOException {
        Path folder = new SampleRun()
                .session("=cmd()")
                .kpi("throughput_qps", "@sum", KpiStatus.OK, -1.5)
                .writeTo(root.resolve("run"));
        assertThat(csv(folder.resolve("metrics_summary.csv")).get(1).get(1)).isEqualTo("'=cmd()");
        assertThat(csv(folder.resolve("kpi_long.csv")).get(1))
                .containsExactly("throughput_qps", "{}", "-1.5", "'@sum", "OK", "600");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "metrics_summary.csv",
                "kpi_long.csv",
                "series.csv",
                "report.html",
                "MANIFEST.json",
                "MANIFEST.json.sha256",
            })
    void aFullDiskIsSaidByWhicheverFileMeetsIt(String name) throws IOException {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.exists(full), "there is no /dev/full here");
        Path folder = Files.createDirectory(root.resolve("run"));
        Files.createSymbolicLink(folder.resolve(name), full);
        assertThatThrownBy(() -> ArtifactWriter.write(folder, full().manifest(), full().series()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left on device");
    }

    @Test
    void verifyCatchesAnyChangedByte() throws IOException {
        Path folder = full().writeTo(root.resolve("run"));
        assertThat(ArtifactCheck.differences(folder)).isEmpty();
        List<Path> files;
        try (Stream<Path> list = Files.list(folder)) {
            files = list.sorted().toList();
        }
        assertThat(files).hasSize(7);
        int flips = 0;
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            int stride = Math.max(1, bytes.length / 25);
            for (int at = 0;
                    at < bytes.length;
                    at = at == bytes.length - 1 ? bytes.length : Math.min(at + stride, bytes.length - 1)) {
                bytes[at] ^= (byte) (1 << (at % 8));
                Files.write(file, bytes);
                assertThat(ArtifactCheck.differences(folder))
                        .as("%s, byte %d", file, at)
                        .isNotEmpty();
                bytes[at] ^= (byte) (1 << (at % 8));
                flips++;
            }
            Files.write(file, bytes);
        }
        assertThat(flips).isGreaterThan(150);
        assertThat(ArtifactCheck.differences(folder)).isEmpty();
    }

    @Test
    void verifySaysWhatIsMissingOrTooMuch() throws IOException {
        Path folder = full().writeTo(root.resolve("run"));
        Files.writeString(folder.resolve("notes.txt"), "x");
        assertThat(ArtifactCheck.differences(folder)).containsExactly("notes.txt is there, but not in the manifest.");
        Files.delete(folder.resolve("notes.txt"));
        byte[] csv = Files.readAllBytes(folder.resolve("kpi_long.csv"));
        Files.delete(folder.resolve("kpi_long.csv"));
        assertThat(ArtifactCheck.differences(folder))
                .containsExactly("kpi_long.csv is missing, or is not a plain file.");
        Files.write(root.resolve("elsewhere.csv"), csv);
        Files.createSymbolicLink(folder.resolve("kpi_long.csv"), root.resolve("elsewhere.csv"));
        assertThat(ArtifactCheck.differences(folder))
                .containsExactly("kpi_long.csv is missing, or is not a plain file.");
        assertThat(ArtifactCheck.differences(root.resolve("none"))).hasSize(1);
        assertThat(ArtifactCheck.differences(root)).singleElement().asString().contains("MANIFEST.json");
    }

    @Test
    void verifyCountsRowsAlsoWhereSomebodyMadeTheChecksumsFit() throws IOException {
        Path folder = full().writeTo(root.resolve("run"));
        Manifest manifest = ArtifactWriter.read(folder);
        Manifest.File series = java.util.Objects.requireNonNull(manifest.files().get("series.parquet"));
        Map<String, Manifest.File> files = new java.util.LinkedHashMap<>(manifest.files());
        files.put("series.parquet", new Manifest.File(series.bytes(), series.sha256(), 5L));
        byte[] forged = Json.write(manifest.with(files));
        Files.write(folder.resolve("MANIFEST.json"), forged);
        Files.writeString(folder.resolve("MANIFEST.json.sha256"), Checksums.line(forged));
        assertThat(ArtifactCheck.differences(folder)).containsExactly("series.parquet has 2950 rows, not 5.");
    }

    @Test
    void aManifestCannotLeadOutOfItsFolder() throws IOException {
        Path folder = full().writeTo(root.resolve("run"));
        byte[] forged = Files.readString(folder.resolve("MANIFEST.json"))
                .replace("\"kpi_long.csv\"", "\"../../etc/passwd\"")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        Files.write(folder.resolve("MANIFEST.json"), forged);
        assertThat(ArtifactCheck.differences(folder))
                .contains("The manifest names '../../etc/passwd', which is not a file of this version.");
        for (String broken : List.of("", "null", "{}", "[1]", "{\"schema_version\":1}", "{\"schema_version\":9}")) {
            Files.writeString(folder.resolve("MANIFEST.json"), broken);
            assertThat(ArtifactCheck.differences(folder)).as(broken).hasSizeGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void twoRunsSideBySide() {
        Path a = full().writeTo(root.resolve("a"));
        Path b = new SampleRun()
                .until(SampleRun.TO.plusSeconds(60))
                .kpi("throughput_qps", "1/s", KpiStatus.OK, 82.5)
                .kpi("latency_p50_ms", "s", KpiStatus.OK, 0.1)
                .kpi("extra", "1/s", KpiStatus.NO_DATA, null)
                .writeTo(root.resolve("b"));
        Comparison comparison = Comparison.of(a, b);
        assertThat(comparison.rows().get(0))
                .isEqualTo(new Comparison.Row(
                        "throughput_qps", "1/s", KpiStatus.OK, 41.25, KpiStatus.OK, 82.5, 41.25, 100.0));
        assertThat(comparison.rows().get(2).valueB()).isNull();
        assertThat(comparison.rows().get(comparison.rows().size() - 1).kpi()).isEqualTo("extra");
        assertThat(comparison.remarks())
                .containsExactly(
                        "The windows are not equally long: 600.0 s and 660.0 s.",
                        "latency_p50_ms was not computed in the same way: its PromQL or its unit differs.");
        assertThatThrownBy(() -> Comparison.of(a, root))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("has no manifest that can be read: MANIFEST.json is missing");
    }

    private static JsonNode reportData(Path folder) throws IOException {
        Matcher data = Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL)
                .matcher(Files.readString(folder.resolve("report.html")));
        assertThat(data.find()).isTrue();
        return JSON.readTree(data.group(1));
    }

    private static List<CSVRecord> csv(Path file) throws IOException {
        try (CSVParser parser = CSVParser.parse(Files.newBufferedReader(file), CSVFormat.RFC4180)) {
            return parser.getRecords();
        }
    }
}
