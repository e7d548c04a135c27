package io.aitbc.monitoring.cli;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CollectCommandTest extends CommandScene {

    private static final String WINDOW =
            "collect --session bench01 --from-iso 2026-01-01T10:00:00Z --to-iso 2026-01-01T10:10:00Z";
    private static final String COLLECT = "/api/v1/sessions/bench01/collect?wait=1";
    private static final String RUN = "/api/v1/sessions/bench01/collections/r-1";
    private static final String ARTIFACTS = "/api/v1/sessions/bench01/artifacts";

    private static String run(String state, String rest) {
        return "{\"run_id\":\"r-1\",\"state\":\"" + state + "\"" + rest + "}";
    }

    private static final String COLLECTED = run(
            "COLLECTED",
            ",\"verdict\":\"PASS\",\"kpis\":[{\"name\":\"throughput_qps\",\"value\":12.50,\"unit\":\"1/s\",\"status\":\"OK\"},"
                    + "{\"name\":\"latency_p95_ms\",\"value\":null,\"unit\":\"ms\",\"status\":\"NO_DATA\"}]");

    private static void collectAnswers(ResponseDefinitionBuilder answer) {
        SERVICE.stubFor(post(COLLECT).willReturn(answer));
    }

    private static void thenTheRunIs(String... answers) {
        for (int i = 0; i < answers.length; i++) {
            var stub = get(RUN).inScenario("run").whenScenarioStateIs(i == 0 ? "Started" : "asked " + i);
            SERVICE.stubFor(
                    stub.willReturn(okJson(answers[i])).willSetStateTo("asked " + Math.min(i + 1, answers.length - 1)));
        }
    }

    private List<String> names() throws IOException {
        try (Stream<java.nio.file.Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).toList();
        }
    }

    @Test
    void aWindowIsCollectedAtOnce() {
        collectAnswers(okJson(COLLECTED));
        Run run = words(WINDOW + " --kpi throughput_qps --kpi latency_p95_ms --threshold latency_p95_ms::250"
                + " --threshold throughput_qps:10:20.5");
        assertThat(run).isEqualTo(new Run(0, """
                name            value  unit  status
                throughput_qps  12.50  1/s   OK
                latency_p95_ms  -      ms    NO_DATA
                Run r-1 is collected, verdict PASS.
                """, ""));
        SERVICE.verify(postRequestedFor(urlEqualTo(COLLECT)).withRequestBody(equalToJson("""
                {"start_time": "2026-01-01T10:00:00Z", "end_time": "2026-01-01T10:10:00Z",
                 "kpis": ["throughput_qps", "latency_p95_ms"],
                 "thresholds": {"latency_p95_ms": {"max": 250}, "throughput_qps": {"min": 10, "max": 20.5}}}
                """)));
        assertThat(words(WINDOW + " --json")
                        .json()
                        .path("kpis")
                        .path(0)
                        .path("value")
                        .decimalValue())
                .isEqualByComparingTo("12.5");
    }

    @Test
    void ofKpisIsShownWhatMatters() {
        collectAnswers(okJson("""
                {"run_id": "r-1", "state": "COLLECTED", "verdict": "FAIL", "folder": "/srv/artifacts/r-1",
                 "kpis": [{"name": "latency_p95_ms", "unit": "ms", "promql": "…", "status": "OK", "value": 251.0312499999998,
                   "values": [{"labels": {}, "value": 251.03}], "samples": 12, "warnings": []},
                  {"name": "latency_p99_ms", "unit": "ms", "status": "CAPPED_AT_INF", "value": 50, "values": []},
                  {"name": "tokens", "unit": "1", "status": "OK", "value": 1234567891.0, "values": []},
                  {"name": "per_gpu", "unit": "%", "status": "OK", "value": null,
                   "values": [{"labels": {"gpu": "0"}, "value": 10}, {"labels": {"gpu": "1"}, "value": 1234567890.5}]}],
                 "thresholds": [{"kpi": "latency_p95_ms", "min": null, "max": 250, "verdict": "FAIL",
                   "failed": [{"labels": {}, "value": 251.03}]},
                  {"kpi": "per_gpu", "min": 20, "max": null, "verdict": "FAIL",
                   "failed": [{"labels": {"gpu": "0"}, "value": 10}]}]}
                """));
        Run run = words(WINDOW + " --threshold latency_p95_ms::250");
        assertThat(run).isEqualTo(new Run(1, """
                name            value       unit  status         min  max  verdict
                latency_p95_ms  251.031     ms    OK             -    250  FAIL
                latency_p99_ms  > 50        ms    CAPPED_AT_INF  -    -    -
                tokens          1234567891  1     OK             -    -    -
                per_gpu         -           %     OK             20   -    FAIL
                  gpu=0         10          %     OK             -    -    FAIL
                  gpu=1         1234567891  %     OK             -    -    PASS
                Run r-1 is collected, verdict FAIL.
                """, ""));
    }

    @Test
    void aRunThatTakesLongerIsWaitedFor() {
        collectAnswers(jsonResponse(run("SETTLING", ""), 202).withHeader("Location", "http://evil.example" + RUN));
        thenTheRunIs(run("SETTLING", ""), run("COLLECTING", ""), COLLECTED);
        isTerminal = true;
        Run run = words(WINDOW);
        assertThat(run.exit()).isZero();
        assertThat(run.out()).endsWith("Run r-1 is collected, verdict PASS.\n");
        assertThat(run.err())
                .as("progress, which is wiped away in the end")
                .contains("SETTLING: waiting for the last scrapes, 0 s", "COLLECTING: asking Prometheus, 0 s")
                .endsWith("\r\u001b[K");
        SERVICE.verify(3, getRequestedFor(urlEqualTo(RUN)).withHeader("Authorization", equalTo("Bearer k-1")));
    }

    @Test
    void whereNobodyWatchesThereIsNoProgress() {
        collectAnswers(jsonResponse(run("SETTLING", ""), 202));
        thenTheRunIs(run("SETTLING", ""), COLLECTED);
        assertThat(words(WINDOW).err()).isEmpty();
        isTerminal = true;
        SERVICE.resetScenarios();
        assertThat(words(WINDOW + " --json").err()).isEmpty();
    }

    @Test
    void aServiceThatIsAwayForAMomentIsWaitedFor() {
        collectAnswers(jsonResponse(run("SETTLING", ""), 202));
        SERVICE.stubFor(get(RUN).inScenario("run")
                .whenScenarioStateIs("Started")
                .willReturn(aResponse().withStatus(503))
                .willSetStateTo("back"));
        SERVICE.stubFor(get(RUN).inScenario("run").whenScenarioStateIs("back").willReturn(okJson(COLLECTED)));
        assertThat(words(WINDOW).exit()).isZero();
    }

    @Test
    void aRunThatIsNeverOverIsLeftAlone() {
        collectAnswers(jsonResponse(run("SETTLING", ""), 202));
        SERVICE.stubFor(get(RUN).willReturn(okJson(run("SETTLING", ""))));
        Run run = words(WINDOW + " --timeout 1");
        assertThat(run.exit()).isEqualTo(4);
        assertThat(run.err()).contains("Run r-1 is still SETTLING after 1 s");
        assertThat(words(WINDOW + " --timeout 0").exit()).isEqualTo(2);
    }

    @Test
    void theExitStatusTellsWhatBecameOfIt() {
        collectAnswers(okJson(run("COLLECTED", ",\"verdict\":\"FAIL\",\"kpis\":[]")));
        assertThat(words(WINDOW).exit()).as("a KPI outside its threshold").isEqualTo(1);
        collectAnswers(okJson(run("COLLECTED", ",\"verdict\":null")));
        assertThat(words(WINDOW)).isEqualTo(new Run(0, "Run r-1 is collected.\n", ""));
        collectAnswers(okJson(run("FAILED", ",\"failure\":\"the disk is full\"")));
        assertThat(words(WINDOW)).isEqualTo(new Run(4, "", "Run r-1 is FAILED: the disk is full\n"));
        collectAnswers(jsonResponse("{\"detail\":\"Prometheus does not answer.\"}", 503));
        assertThat(words(WINDOW)).isEqualTo(new Run(4, "", "The service cannot (503): Prometheus does not answer.\n"));
        collectAnswers(jsonResponse("{\"detail\":\"no such KPI\"}", 422));
        assertThat(words(WINDOW).exit()).isEqualTo(3);
    }

    @Test
    void wrongUsageAsksNobody() {
        for (String line : new String[] {
            "collect --session s --from-iso 2026-01-01T10:10:00Z --to-iso 2026-01-01T10:00:00Z",
            "collect --session s --from-iso 2026-01-01T10:00:00 --to-iso 2026-01-01T10:10:00Z",
            "collect --session s --to-iso 2026-01-01T10:00:00Z",
            WINDOW + " --threshold p95",
            WINDOW + " --threshold p95::",
            WINDOW + " --threshold p95:2:1",
            WINDOW + " --threshold p95:NaN:1",
            WINDOW + " --threshold :1:2",
            WINDOW + " --nonsense"
        }) {
            Run run = words(line);
            assertThat(run.exit()).as(line).isEqualTo(2);
            assertThat(run.err()).contains("Usage: monitoring collect").doesNotContain("Exit status");
            assertThat(run.err().lines().count()).as("short enough to be read").isLessThan(15);
            Run json = words(line + " --json");
            assertThat(json.exit()).as(line).isEqualTo(2);
            assertThat(json.errorJson().path("exit_code").asInt()).isEqualTo(2);
            assertThat(json.errorJson().path("message").asText()).as(line).isNotBlank();
        }
        SERVICE.verify(0, postRequestedFor(urlPathEqualTo("/api/v1/sessions/s/collect")));
    }

    @Test
    void whatIsWrongWithAnArgumentIsSaidLast() {
        for (String option : new String[] {"--to-iso", "--from-iso"}) {
            Run run = words("collect --session s " + option + " 2026-01-01T10:00:00");
            assertThat(run.err().strip().lines().reduce((a, b) -> b).orElse(""))
                    .isEqualTo("Invalid value for option '" + option
                            + "': '2026-01-01T10:00:00' has no zone; add Z for UTC, as in 2026-01-01T10:00:00Z, or one such as"
                            + " +01:00");
        }
        assertThat(words("collect --session s --to-iso tomorrow").err())
                .endsWith("'tomorrow' is no time with a zone, such as 2026-01-01T10:00:00Z\n");
    }

    @Test
    void aFaultOfTheProgramSaysSoInJsonToo() {
        collectAnswers(okJson(COLLECTED));
        SERVICE.stubFor(
                get(ARTIFACTS + "?limit=200").willReturn(okJson("[{\"run_id\":\"r-1\",\"file\":\"series.csv\"}]")));
        SERVICE.stubFor(
                get(ARTIFACTS + "/r-1/series.csv").willReturn(aResponse().withBody("x")));
        differencesOf = path -> {
            throw new IllegalStateException("nobody thought of this");
        };
        Run plain = words(WINDOW + " --out " + folder);
        assertThat(plain.exit()).isEqualTo(70);
        assertThat(plain.err()).contains("IllegalStateException: nobody thought of this", "\tat ");
        Run json = words(WINDOW + " --json --out " + folder);
        assertThat(json.exit()).isEqualTo(70);
        assertThat(json.errorJson().path("message").asText()).contains("nobody thought of this");
    }

    @Test
    void artifactsAreFetchedIntoAFolderOfTheRun() throws IOException {
        collectAnswers(okJson(COLLECTED));
        SERVICE.stubFor(get(ARTIFACTS + "?limit=200").willReturn(okJson("""
                [{"run_id": "r-1", "file": "metrics_summary.csv"}, {"run_id": "other", "file": "x.csv"},
                 {"run_id": "r-1", "file": "MANIFEST.json"}]
                """)));
        SERVICE.stubFor(get(ARTIFACTS + "/r-1/metrics_summary.csv")
                .willReturn(aResponse().withBody("run_id\nr-1\n")));
        SERVICE.stubFor(get(ARTIFACTS + "/r-1/MANIFEST.json").willReturn(okJson("{}")));
        Run run = words(WINDOW + " --out " + folder + "/deep/er");
        assertThat(run.exit()).isZero();
        assertThat(run.out()).endsWith("Artifacts: " + folder + "/deep/er/r-1\n");
        assertThat(folder.resolve("deep/er/r-1/metrics_summary.csv")).hasContent("run_id\nr-1\n");
        assertThat(folder.resolve("deep/er")).isDirectoryNotContaining("glob:**/.fetching-*");
        assertThat(looked).as("they were verified").hasSize(1);
        assertThat(words(WINDOW + " --json --out " + folder + "/deep/er")
                        .json()
                        .path("local_folder")
                        .asText())
                .as("once more is no fault")
                .isEqualTo(folder + "/deep/er/r-1");
        differencesOf = path -> path.endsWith("r-1") ? List.of("metrics_summary.csv was changed") : List.of();
        Run changed = words(WINDOW + " --json --out " + folder + "/deep/er");
        assertThat(changed.exit()).isEqualTo(5);
        assertThat(changed.errorJson().path("message").asText())
                .contains("/deep/er/r-1 is there already", "metrics_summary.csv was changed");
    }

    @Test
    void whatDidNotComeWholeIsNotKept() throws IOException {
        collectAnswers(okJson(COLLECTED));
        SERVICE.stubFor(
                get(ARTIFACTS + "?limit=200").willReturn(okJson("[{\"run_id\":\"r-1\",\"file\":\"series.csv\"}]")));
        SERVICE.stubFor(
                get(ARTIFACTS + "/r-1/series.csv").willReturn(aResponse().withBody("x")));
        differences = List.of("series.csv was changed");
        assertThat(words(WINDOW + " --out " + folder))
                .isEqualTo(new Run(4, "", "The artifacts did not come as they were written: series.csv was changed\n"));
        assertThat(names()).isEmpty();
        SERVICE.stubFor(
                get(ARTIFACTS + "/r-1/series.csv").willReturn(aResponse().withStatus(500)));
        assertThat(words(WINDOW + " --out " + folder).exit()).isEqualTo(4);
        assertThat(names()).isEmpty();
        SERVICE.stubFor(get(ARTIFACTS + "?limit=200").willReturn(okJson("[]")));
        assertThat(words(WINDOW + " --out " + folder).err()).contains("lists 0 artifacts");
    }

    @Test
    void namesThatLeadOutOfTheFolderAreNotTaken() throws IOException {
        for (String name : new String[] {"../evil", "/etc/passwd", "a/b", "..", ".hidden", ""}) {
            collectAnswers(okJson(COLLECTED));
            SERVICE.stubFor(get(ARTIFACTS + "?limit=200")
                    .willReturn(okJson("[{\"run_id\":\"r-1\",\"file\":\"" + name + "\"}]")));
            assertThat(words(WINDOW + " --out " + folder).exit()).as(name).isEqualTo(4);
        }
        collectAnswers(okJson(COLLECTED.replace("r-1", "../r-1")));
        assertThat(words(WINDOW + " --out " + folder).exit()).isEqualTo(4);
        assertThat(names()).isEmpty();
    }

    @Test
    void aFolderThatCannotBeMadeIsSaidBeforeAnythingIsCollected() throws IOException {
        Files.writeString(folder.resolve("file"), "");
        Run run = words(WINDOW + " --out " + folder + "/file/below");
        assertThat(run.exit()).isEqualTo(5);
        assertThat(run.err()).contains("cannot be made");
        SERVICE.verify(0, postRequestedFor(urlEqualTo(COLLECT)));
    }
}
