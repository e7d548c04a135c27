package io.aitbc.monitoring.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.monitoring.artifact.ArtifactCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CollectTest extends CollectScene {

    @ParameterizedTest
    @CsvSource({
        "throughput_qps, 5",
        "error_ratio_pct, 10",
        "latency_p50_ms, 100",
        "latency_p95_ms, 375",
        "latency_p99_ms, 475",
        "cpu_util_avg_pct, 50",
        "gpu_util_avg_pct, 60",
        "gpu_memory_used_max_mib, 35000",
        "gpu_energy_j, 150000",
        "scrape_completeness_pct, 100",
    })
    void aKnownWorkloadYieldsItsTrueFigures(String name, double expected) {
        knownSession();
        JsonNode run = collected("known", window(",\"kpis\": [\"" + name + "\"]"));
        JsonNode kpi = kpi(run, name);
        assertThat(kpi.path("status").asText()).as(kpi.toString()).isEqualTo("OK");
        assertThat(kpi.path("value").asDouble()).isCloseTo(expected, within(expected * 1e-6));
        assertThat(kpi.path("counter_resets").asLong()).isZero();
        assertThat(kpi.path("samples").asLong()).isGreaterThanOrEqualTo(600);
    }

    @Test
    void theDefaultsFillTheSeedsColumns() {
        knownSession();
        JsonNode run = collected("known", window(""));
        List<CSVRecord> rows = csv(Path.of(run.path("folder").asText()).resolve("metrics_summary.csv"));
        assertThat(String.join(",", rows.get(0)))
                .startsWith("run_id,session_id,from,to,throughput_qps,cpu_util_avg_pct,gpu_util_avg_pct,latency_p50_ms,"
                        + "latency_p95_ms,latency_p99_ms,");
        assertThat(rows.get(1).get(1)).isEqualTo("known");
        assertThat(Double.parseDouble(rows.get(1).get(4))).isCloseTo(5, within(1e-6));
        assertThat(Double.parseDouble(rows.get(1).get(8))).isCloseTo(375, within(1e-3));
        assertThat(kpi(run, "gpu_util_by_gpu_pct").path("values")).hasSize(2);
        assertThat(kpi(run, "gpu_util_by_gpu_pct").at("/values/0/labels/gpu").asText())
                .isEqualTo("0");
        assertThat(kpi(run, "gpu_util_by_gpu_pct").at("/values/0/value").asDouble())
                .isCloseTo(80, within(1e-9));
        JsonNode target = run.at("/targets/0");
        assertThat(target.path("scrapes_expected").asLong()).isEqualTo(600);
        assertThat(target.path("scrapes_seen").asLong()).isEqualTo(600);
        assertThat(target.path("up_ratio").asDouble()).isEqualTo(1);
        assertThat(target.path("longest_gap_s").asDouble()).isEqualTo(1);
        assertThat(state("known")).isEqualTo("COLLECTED");
    }

    @Test
    void twoSessionsOverOneWindowGetTheirOwnFigures() {
        knownSession();
        session("other", "custom", "app", "127.0.0.1:9001");
        assertThat(kpi(collected("known", window("")), "throughput_qps")
                        .path("value")
                        .asDouble())
                .isCloseTo(5, within(1e-6));
        JsonNode other = collected("other", window(""));
        assertThat(kpi(other, "throughput_qps").path("value").asDouble()).isCloseTo(20, within(1e-6));
        assertThat(other.path("targets")).hasSize(1);
    }

    @Test
    void aQuantileAboveTheHighestBoundSaysSo() {
        session("other", "custom", "app", "127.0.0.1:9001");
        JsonNode run = collected(
                "other",
                window(",\"thresholds\": {\"latency_p95_ms\": {\"max\": 600}, \"latency_p50_ms\": {\"max\": 600}}"));
        assertThat(kpi(run, "latency_p50_ms").path("status").asText()).isEqualTo("OK");
        for (String name : List.of("latency_p95_ms", "latency_p99_ms")) {
            assertThat(kpi(run, name).path("status").asText()).isEqualTo("CAPPED_AT_INF");
            assertThat(kpi(run, name).path("value").asDouble()).isEqualTo(500);
            assertThat(kpi(run, name).at("/warnings/0").asText()).contains("the true one is higher");
        }
        assertThat(run.path("verdict").asText())
                .as("a bound is not shown to be kept by what is higher")
                .isEqualTo("FAIL");
    }

    @Test
    void whatIsNotThereIsNoZeroAndNoError() {
        knownSession();
        session("nothing", "custom", "app", "127.0.0.1:9001");
        JsonNode run = collected("nothing", window(",\"thresholds\": {\"throughput_qps\": {\"min\": 0}}"));
        assertThat(run.path("kpis")).isNotEmpty().allSatisfy(kpi -> {
            assertThat(kpi.path("status").asText()).isEqualTo("NO_DATA");
            assertThat(kpi.path("value").isNull()).isTrue();
        });
        assertThat(run.at("/targets/0/scrapes_seen").asLong()).isZero();
        assertThat(run.path("verdict").asText()).isEqualTo("FAIL");
        assertThat(csv(Path.of(run.path("folder").asText()).resolve("series.csv")))
                .hasSize(1);

        JsonNode foreign = collected("known", window(",\"kpis\": [\"ttft_p95_ms\"]"));
        assertThat(kpi(foreign, "ttft_p95_ms").path("status").asText()).isEqualTo("NO_DATA");
        assertThat(kpi(foreign, "ttft_p95_ms").at("/warnings/0").asText())
                .isEqualTo("The session has no target of a type that it is of: vllm.");
    }

    @Test
    void missingScrapesMakeAFigurePartialAndOnlyThoseThatNeedThem() {
        session("gappy", "custom", "app", "127.0.0.1:9001", "node", "down", "127.0.0.1:9002");
        JsonNode run = collected("gappy", window(""));
        JsonNode throughput = kpi(run, "throughput_qps");
        assertThat(throughput.path("status").asText()).isEqualTo("PARTIAL");
        assertThat(throughput.at("/warnings/0").asText())
                .isEqualTo("app at 127.0.0.1:9001: 540 of 600 scrapes worked, longest gap 61.0 s.");
        assertThat(throughput.path("counter_resets").asLong()).isEqualTo(1);
        assertThat(throughput.path("samples").asLong()).isEqualTo(540);
        assertThat(throughput.path("value").asDouble())
                .as("what was counted in the gap is lost with the reset")
                .isCloseTo((199 * 5 + 339 * 5) * (600.0 / 599) / 600, within(0.01));
        JsonNode down = run.at("/targets/1");
        assertThat(down.path("scrapes_seen").asLong()).isEqualTo(600);
        assertThat(down.path("up_ratio").asDouble())
                .as("tried, and none worked")
                .isZero();
        assertThat(down.path("longest_gap_s").asDouble()).isEqualTo(600);
        assertThat(kpi(run, "cpu_util_avg_pct").path("status").asText()).isEqualTo("NO_DATA");
        assertThat(kpi(run, "scrape_completeness_pct").path("value").asDouble())
                .as("540 that worked and 600 that failed, of 1200")
                .isEqualTo(45);
    }

    @Test
    void timeThatNobodySawIsNotBusy() {
        session("half", "node", "node", "127.0.0.1:9100");
        JsonNode cpu = kpi(collected("half", window("")), "cpu_util_avg_pct");
        assertThat(cpu.path("status").asText()).isEqualTo("PARTIAL");
        assertThat(cpu.path("value").asDouble()).isCloseTo(25, within(1e-6));
    }

    @Test
    void aWindowThatIsNoMultipleOfTheIntervalIsComplete() {
        session("slow", "custom", "app", "127.0.0.1:9001");
        jdbc.sql("UPDATE targets SET scrape_interval_ms = 5000").update();
        JsonNode run = collected("slow", window(KnownPast.FROM.plusSeconds(1), KnownPast.FROM.plusSeconds(32), ""));
        JsonNode complete = kpi(run, "scrape_completeness_pct");
        assertThat(complete.path("status").asText()).as(complete.toString()).isEqualTo("OK");
        assertThat(complete.path("value").asDouble()).isEqualTo(100);
        assertThat(run.at("/targets/0/scrapes_expected").asLong()).isEqualTo(6);
        assertThat(run.at("/targets/0/scrapes_seen").asLong()).isEqualTo(6);
    }

    @Test
    void scrapesThatAreTooManyAreSaid() {
        session("other", "custom", "app", "127.0.0.1:9001");
        jdbc.sql("UPDATE targets SET scrape_interval_ms = 2000").update();
        JsonNode throughput = kpi(collected("other", window("")), "throughput_qps");
        assertThat(throughput.path("status").asText()).isEqualTo("PARTIAL");
        assertThat(throughput.at("/warnings/0").asText())
                .startsWith("app at 127.0.0.1:9001: 600 scrapes instead of 300: something else writes the same series");
    }

    @Test
    void aDeletedTargetIsStillPartOfTheWindowsBefore() {
        knownSession();
        String targets = "/api/v1/sessions/known/targets";
        assertThat(send(OPERATOR, "DELETE", targets + "/app", null).status()).isEqualTo(204);
        assertThat(get(VIEWER, targets).body().path("items").findValuesAsText("job_name"))
                .containsExactly("dcgm", "node");
        assertThat(get(VIEWER, "/api/v1/sd/targets").body().findValuesAsText("job"))
                .doesNotContain("app");
        JsonNode run = collected("known", window(""));
        assertThat(kpi(run, "throughput_qps").path("status").asText()).isEqualTo("OK");
        assertThat(kpi(run, "throughput_qps").path("value").asDouble()).isCloseTo(5, within(1e-6));
        assertThat(kpi(run, "throughput_qps").path("promql").asText()).contains("target_type=\"custom\"");
        assertThat(run.path("targets").findValuesAsText("job")).containsExactly("app", "dcgm", "node");
        assertThat(send(OPERATOR, "DELETE", targets + "/app", null).problem()).isEqualTo("target-not-found");

        jdbc.sql("UPDATE targets SET deleted_at = :at WHERE deleted_at IS NOT NULL")
                .param("at", java.sql.Timestamp.from(KnownPast.FROM))
                .update();
        assertThat(collected("known", window("")).path("kpis").findValuesAsText("name"))
                .as("this window began when it was gone")
                .contains("cpu_util_avg_pct")
                .doesNotContain("throughput_qps");
        String again = """
                {"job_id": 2, "target_type": "qdrant", "scrape_config": {"job_name": "app", "targets": ["127.0.0.1:9001"]}}
                """;
        assertThat(post(OPERATOR, targets, again).status()).isEqualTo(201);
        assertThat(jdbc.sql("SELECT target_type FROM targets WHERE job_name = 'app'")
                        .query(String.class)
                        .list())
                .as("each keeps its own past")
                .containsExactlyInAnyOrder("custom", "qdrant");
        assertThat(collected("known", window("")).path("targets").findValuesAsText("job"))
                .as("what was made since is no part of it, but the window has scrapes of it")
                .containsExactly("app", "dcgm", "node");
    }

    @Test
    void aTargetThatWasDeletedAtOnceIsMissedByNobody() {
        session("other", "custom", "app", "127.0.0.1:9001", "node", "mistyped", "127.0.0.1:9999");
        lived("mistyped", KnownPast.FROM.minusSeconds(60), KnownPast.FROM.plusMillis(900));
        JsonNode run = collected("other", window(""));
        assertThat(run.path("targets").findValuesAsText("job")).containsExactly("app");
        assertThat(run.path("kpis").findValuesAsText("name")).doesNotContain("cpu_util_avg_pct");
        assertThat(kpi(run, "throughput_qps").path("status").asText()).isEqualTo("OK");
        assertThat(kpi(run, "scrape_completeness_pct").path("status").asText()).isEqualTo("OK");
        assertThat(kpi(run, "scrape_completeness_pct").path("value").asDouble()).isEqualTo(100);
    }

    @Test
    void scrapesAreExpectedOfTheTimeThatATargetWasThere() {
        session("half", "node", "node", "127.0.0.1:9100");
        lived("node", KnownPast.FROM.plusSeconds(100), KnownPast.FROM.plusSeconds(299));
        JsonNode run = collected("half", window(""));
        assertThat(run.at("/targets/0/scrapes_expected").asLong()).isEqualTo(199);
        assertThat(run.at("/targets/0/scrapes_seen").asLong())
                .as("more than expected: nobody else writes it, Prometheus just did not know yet")
                .isEqualTo(300);
        assertThat(run.at("/targets/0/longest_gap_s").asDouble()).isEqualTo(1);
        assertThat(kpi(run, "scrape_completeness_pct").path("status").asText()).isEqualTo("OK");
        assertThat(kpi(run, "scrape_completeness_pct").path("value").asDouble()).isEqualTo(100);
    }

    @Test
    void twoTargetsOfOneNameAddUp() {
        session("other", "custom", "app", "127.0.0.1:9001");
        Instant changed = KnownPast.FROM.plusSeconds(300);
        lived("app", KnownPast.FROM.minusSeconds(60), changed);
        jdbc.sql("""
                INSERT INTO targets (session_id, job_name, job_id, target_type, metrics_path, scheme, params, targets,
                    scrape_interval_ms, scrape_timeout_ms, created_at)
                SELECT session_id, job_name, job_id, 'node', metrics_path, scheme, params, targets, 2000, 1000, deleted_at
                FROM targets
                """).update();
        JsonNode run = collected("other", window(""));
        assertThat(run.path("targets")).hasSize(1);
        assertThat(run.at("/targets/0/scrapes_expected").asLong())
                .as("300 of one a second, 150 of one each two")
                .isEqualTo(450);
        assertThat(kpi(run, "throughput_qps").path("value").asDouble()).isCloseTo(20, within(1e-6));
        JsonNode before = collected("other", window(KnownPast.FROM, changed, ""));
        assertThat(before.at("/targets/0/scrapes_expected").asLong()).isEqualTo(300);
        assertThat(kpi(before, "throughput_qps").path("status").asText()).isEqualTo("OK");
        assertThat(kpi(before, "throughput_qps").path("promql").asText())
                .as("the type that it had then")
                .contains("target_type=\"custom\"");
        assertThat(before.path("kpis").findValuesAsText("name"))
                .as("nothing of what came later")
                .doesNotContain("cpu_util_avg_pct");
    }

    @Test
    void aWindowBeforeAllTargetsIsAskedForWhatTheyAreNow() {
        session("other", "custom", "app", "127.0.0.1:9001");
        jdbc.sql("UPDATE targets SET created_at = now()").update();
        assertThat(collected("other", window("")).path("kpis").findValuesAsText("name"))
                .contains("throughput_qps");
    }

    private void lived(String job, Instant from, Instant to) {
        jdbc.sql("UPDATE targets SET created_at = :from, deleted_at = :to WHERE job_name = :job")
                .param("from", java.sql.Timestamp.from(from))
                .param("to", java.sql.Timestamp.from(to))
                .param("job", job)
                .update();
    }

    @Test
    void aQuestionThatPrometheusRefusesIsAnErrorOfThatKpiOnly() {
        knownSession();
        JsonNode run = collected("known", window(""));
        assertThat(kpi(run, "refused_by_prometheus").path("status").asText()).isEqualTo("QUERY_ERROR");
        assertThat(kpi(run, "refused_by_prometheus").at("/warnings/0").asText()).contains("many-to-many");
        assertThat(kpi(run, "by_zero").path("status").asText()).isEqualTo("QUERY_ERROR");
        assertThat(kpi(run, "by_zero").path("value").isNull()).isTrue();
        assertThat(kpi(run, "throughput_qps").path("status").asText()).isEqualTo("OK");
    }

    @Test
    void aWindowOfMorePointsThanPrometheusGivesAtOnceIsWhole() {
        session("long", "custom", "app", "127.0.0.1:9001");
        Instant to = KnownPast.FROM.plusSeconds(KnownPast.LONG);
        JsonNode run = collected("long", window(KnownPast.FROM, to, ",\"kpis\": [\"throughput_qps\"]"));
        assertThat(kpi(run, "throughput_qps").path("value").asDouble()).isCloseTo(3, within(1e-6));
        Path folder = Path.of(run.path("folder").asText());
        List<CSVRecord> points =
                csv(folder.resolve("series.csv")).stream().skip(1).toList();
        assertThat(points).hasSize((int) KnownPast.LONG - 4 + 1);
        for (int i = 0; i < points.size(); i++) {
            assertThat(Instant.parse(points.get(i).get(1))).isEqualTo(KnownPast.FROM.plusSeconds(i + 4));
            assertThat(Double.parseDouble(points.get(i).get(3))).isCloseTo(3, within(1e-6));
        }
        assertThat(ArtifactCheck.differences(folder)).isEmpty();
    }

    @Test
    void whatIsScrapedNowIsCollectedOnceItHasSettled() {
        session("live", "custom", "live", "127.0.0.1:1");
        jdbc.sql("UPDATE targets SET targets = ARRAY(SELECT :address)")
                .param(
                        "address",
                        get(VIEWER, "/api/v1/prometheus/targets")
                                .body()
                                .at("/data/activeTargets/0/labels/instance")
                                .asText())
                .update();
        Instant from = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        Instant to = from.plusSeconds(6);
        Answer asked = send(
                OPERATOR,
                "POST",
                "/api/v1/sessions/live/collect?wait=0",
                window(from, to, ",\"kpis\": [\"throughput_qps\"]"));
        assertThat(asked.status()).isEqualTo(202);
        assertThat(asked.body().path("state").asText()).isEqualTo("SETTLING");
        assertThat(state("live")).as("the window is not over").isEqualTo("RUNNING");
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> state("live").equals("SETTLING"));
        assertThat(Instant.now()).isAfterOrEqualTo(to);
        JsonNode run = collected("live", window(from, to, ",\"kpis\": [\"throughput_qps\"]"));
        assertThat(run.path("run_id"))
                .as("the same request is the same run")
                .isEqualTo(asked.body().path("run_id"));
        assertThat(Instant.now()).as("a scrape after the end was waited for").isAfter(to.plusSeconds(1));
        JsonNode kpi = kpi(run, "throughput_qps");
        assertThat(kpi.path("status").asText()).isIn("OK", "PARTIAL");
        assertThat(kpi.path("value").asDouble()).isCloseTo(5, within(0.5));
        assertThat(asked.response().headers().firstValue("Location"))
                .hasValue("/api/v1/sessions/live/collections/"
                        + run.path("run_id").asText());
        assertThat(get(VIEWER, asked.response().headers().firstValue("Location").orElseThrow())
                        .body())
                .isEqualTo(run);
        assertThat(Duration.between(to, Instant.parse(run.path("due_at").asText())))
                .isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void thresholdsAreJudged() {
        knownSession();
        String thresholds = "{\"throughput_qps\": {\"min\": 4, \"max\": 6}, \"latency_p99_ms\": {\"max\": %s}}";
        JsonNode good = collected("known", window(",\"thresholds\": " + thresholds.formatted("480")));
        assertThat(good.path("verdict").asText()).isEqualTo("PASS");
        JsonNode bad = collected("known", window(",\"thresholds\": " + thresholds.formatted("470")));
        assertThat(bad.path("verdict").asText()).isEqualTo("FAIL");
        assertThat(bad.path("thresholds")).hasSize(2);
        assertThat(bad.at("/thresholds/0/verdict").asText()).isEqualTo("PASS");
        assertThat(bad.at("/thresholds/1/verdict").asText()).isEqualTo("FAIL");
        assertThat(bad.at("/thresholds/1/max").asDouble()).isEqualTo(470);
        assertThat(collected("known", window("")).path("verdict").isNull()).isTrue();
    }

    @Test
    void ofAKpiWithSeveralLabelSetsAThresholdSaysWhichFailed() {
        knownSession();
        JsonNode run = collected("known", window(",\"thresholds\": {\"gpu_util_by_gpu_pct\": {\"min\": 50}}"));
        assertThat(run.path("verdict").asText()).isEqualTo("FAIL");
        JsonNode failed = run.at("/thresholds/0/failed");
        assertThat(failed).hasSize(1);
        assertThat(failed.at("/0/labels/gpu").asText()).isEqualTo("1");
        assertThat(failed.at("/0/value").asDouble()).isCloseTo(40, within(1e-9));
    }

    @Test
    void aSessionIsNotDeletedWhileARunOfItIsNotOver() {
        knownSession();
        String soon = window(Instant.now().minusSeconds(60), Instant.now().plusSeconds(3600), "");
        Answer asked = send(OPERATOR, "POST", "/api/v1/sessions/known/collect?wait=0", soon);
        String run = asked.body().path("run_id").asText();
        assertThat(get(VIEWER, "/api/v1/sessions/known")
                        .body()
                        .at("/unfinished_runs/0/run_id")
                        .asText())
                .isEqualTo(run);
        Answer refused = send(OPERATOR, "DELETE", "/api/v1/sessions/known", null);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.problem()).isEqualTo("session-busy");
        assertThat(refused.body().path("detail").asText()).contains(run, "force=true");
        assertThat(refused.body().at("/run_ids/0").asText()).isEqualTo(run);
        assertThat(get(VIEWER, "/api/v1/sessions/known").status()).isEqualTo(200);
        assertThat(send(OPERATOR, "DELETE", "/api/v1/sessions/known?force=true", null)
                        .status())
                .isEqualTo(204);
        assertThat(get(VIEWER, "/api/v1/sessions/known").status()).isEqualTo(404);
    }

    @Test
    void aPrometheusThatIsDownIsAFailureAndNothingIsLeft() {
        knownSession();
        jdbc.sql("UPDATE sessions SET labels = '{}'").update();
        server().stop();
        try {
            Answer answer = collect("known", window(",\"output_dir\": \"while-down\""));
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.problem()).isEqualTo("prometheus-away");
            assertThat(answer.response().headers().firstValue("Retry-After")).isPresent();
            JsonNode run =
                    get(VIEWER, answer.body().path("collection").asText()).body();
            assertThat(run.path("state").asText()).isEqualTo("FAILED");
            assertThat(run.path("cause").asText()).isEqualTo("PROMETHEUS");
            assertThat(run.path("kpis")).isEmpty();
            assertThat(state("known")).isEqualTo("FAILED");
            assertThat(names(artifacts().resolve("while-down"))).isEmpty();
            assertThat(get(VIEWER, "/api/v1/sessions/known/artifacts").body()).isEmpty();
            assertThat(get(VIEWER, "/api/v1/prometheus/health").status()).isEqualTo(503);
            Answer query = post(VIEWER, "/api/v1/prometheus/query", "{\"query\": \"up\"}");
            assertThat(query.status()).isEqualTo(503);
            assertThat(query.response().headers().firstValue("Retry-After")).isPresent();
        } finally {
            server().start();
        }
        collected("known", window(",\"output_dir\": \"while-down\""));
        assertThat(state("known")).isEqualTo("COLLECTED");
    }

    @Test
    void aStoppedSessionStaysStopped() {
        knownSession();
        jdbc.sql("UPDATE sessions SET state = 'STOPPED'").update();
        collected("known", window(",\"kpis\": [\"throughput_qps\"]"));
        assertThat(state("known")).isEqualTo("STOPPED");
    }

    @Test
    void oneRequestLeavesOneEntryInTheAuditLog() {
        knownSession();
        String entries = "SELECT count(*) FROM audit_log WHERE action = 'session.collect' AND subject = 'known'";
        int before = jdbc.sql(entries).query(Integer.class).single();
        collected("known", window(",\"kpis\": [\"throughput_qps\"]"));
        assertThat(jdbc.sql(entries).query(Integer.class).single()).isEqualTo(before + 1);
        assertThat(post(VIEWER, "/api/v1/sessions/known/collect", window("")).status())
                .isEqualTo(403);
        assertThat(post("", "/api/v1/sessions/known/collect", window("")).status())
                .isEqualTo(401);
    }

    @Test
    void runsAreListedNewestFirstInParts() {
        knownSession();
        for (int i = 0; i < 3; i++) {
            collected("known", window(",\"kpis\": [\"throughput_qps\"]"));
        }
        JsonNode first =
                get(VIEWER, "/api/v1/sessions/known/collections?limit=2").body();
        assertThat(first.path("items")).hasSize(2);
        JsonNode rest = get(
                        VIEWER,
                        "/api/v1/sessions/known/collections?limit=2&cursor="
                                + first.path("next").asText())
                .body();
        assertThat(rest.path("items")).hasSize(1);
        assertThat(rest.path("next").isNull()).isTrue();
        assertThat(first.at("/items/1/run_id").asText())
                .isGreaterThan(rest.at("/items/0/run_id").asText());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | 422 | start_time",
                "{\"start_time\": \"2026-01-01T00:00:00Z\", \"end_time\": \"2026-01-01T00:00:00Z\"} | 422 | before",
                "{\"start_time\": \"2026-01-01T00:00:00Z\", \"end_time\": \"2026-02-01T00:00:01Z\"} | 422 | 31 days",
                "{\"start_time\": \"2025-01-01T00:00:00Z\", \"end_time\": \"+1000000000-12-31T23:59:59Z\"} | 422 | days",
                "{\"start_time\": \"-1000000000-01-01T00:00:00Z\", \"end_time\": \"2026-01-01T00:00:00Z\"} | 422 | 1970",
                "{\"start_time\": \"2999-01-01T00:00:00Z\", \"end_time\": \"2999-01-01T00:01:00Z\"} | 422 | 24 hours",
                "{\"start_time\": \"yesterday\", \"end_time\": \"2999-01-01T00:01:00Z\"} | 400 | start_time",
                "WINDOW, \"kpis\": [\"none_such\"]} | 422 | none_such",
                "WINDOW, \"kpis\": [null]} | 422 | kpis",
                "WINDOW, \"kpis\": [\"UP\\u0000\"]} | 422 | names of KPIs",
                "WINDOW, \"kpis\": \"up\"} | 400 | kpis",
                "WINDOW, \"thresholds\": {\"throughput_qps\": null}} | 422 | thresholds",
                "WINDOW, \"thresholds\": {\"throughput_qps\": {}}} | 422 | min or max",
                "WINDOW, \"thresholds\": {\"throughput_qps\": {\"min\": 2, \"max\": 1}}} | 422 | min above",
                "WINDOW, \"thresholds\": {\"throughput_qps\": {\"min\": 1e999}}} | 400 | min",
                "WINDOW, \"thresholds\": {\"ttft_p95_ms\": {\"min\": 1}}} | 422 | none of the KPIs of this run",
                "WINDOW, \"kpi\": [\"throughput_qps\"]} | 422 | no field kpi",
                "WINDOW, \"thresholds\": {\"throughput_qps\": {\"maximum\": 1}}} | 422 | maximum",
                "WINDOW, \"thresholds\": {\"a b\": {\"min\": 1}}} | 422 | names of KPIs",
                "WINDOW, \"output_dir\": \"../up\"} | 400 | '..'",
                "WINDOW, \"output_dir\": \"a/../../up\"} | 400 | '..'",
                "WINDOW, \"output_dir\": \"/etc\"} | 400 | inside ARTIFACTS_DIR",
                "WINDOW, \"output_dir\": \".hidden\"} | 400 | no '.' first",
                "WINDOW, \"output_dir\": \"a\\u0000b\"} | 400 | path",
                "WINDOW, \"output_dir\": \" \"} | 400 | characters",
                "WINDOW, \"output_dir\": \"a\\nb\"} | 400 | letters",
            })
    void badInputIsRefusedByName(String body, int status, String named) {
        knownSession();
        Answer answer = collect("known", body.replace("WINDOW", window("").replace("}", "")));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
        assertThat(answer.body().path("detail").asText()).contains(named);
        assertThat(jdbc.sql("SELECT count(*) FROM collections")
                        .query(Integer.class)
                        .single())
                .isZero();
        assertThat(state("known")).isEqualTo("RUNNING");
    }

    @Test
    void whatIsNotThereIsNotFound() {
        knownSession();
        assertThat(collect("nobody", window("")).status()).isEqualTo(404);
        assertThat(get(VIEWER, "/api/v1/sessions/nobody/artifacts").status()).isEqualTo(404);
        assertThat(get(VIEWER, "/api/v1/sessions/nobody/collections").status()).isEqualTo(404);
        assertThat(get(VIEWER, "/api/v1/sessions/known/collections/01960000-0000-7000-8000-00000000000a")
                        .status())
                .isEqualTo(404);
        assertThat(get(VIEWER, "/api/v1/sessions/known/collections/x").status()).isEqualTo(400);
        assertThat(send(OPERATOR, "POST", "/api/v1/sessions/known/collect?wait=121", window(""))
                        .status())
                .isEqualTo(400);
        session("bare");
        assertThat(collect("bare", window("")).problem()).isEqualTo("no-kpis");
    }
}
