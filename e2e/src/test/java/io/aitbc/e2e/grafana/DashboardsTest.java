package io.aitbc.e2e.grafana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** The dashboards by name and number of panels, as specified, and by the rules that Grafana's linter has for them. */
class DashboardsTest {

    @Test
    void eachIsThereWithItsPanels() {
        Map<String, Integer> found = new TreeMap<>();
        Dashboards.all()
                .forEach(one ->
                        found.put(one.path("title").asText(), one.path("panels").size()));
        assertThat(found)
                .isEqualTo(new TreeMap<>(Map.of(
                        "System Overview", 8,
                        "Blockchain Performance", 6,
                        "Job Processing Performance", 6,
                        "GPU Platform", 12,
                        "SLA", 11,
                        "Billing", 11,
                        "Capacity", 12)));
    }

    @Test
    void thePanelsThatWereSpecifiedAreCalledSo() {
        assertThat(titles("System Overview"))
                .containsExactly(
                        "Service Uptime",
                        "Request Rate",
                        "Error Rate",
                        "Response Time",
                        "Queue Length",
                        "Blockchain Height",
                        "Block Processing Time",
                        "Job Processing Time");
        assertThat(titles("Blockchain Performance"))
                .containsExactly(
                        "Block Processing Time",
                        "Block Validation Time",
                        "Block Propagation Time",
                        "Block Height",
                        "Transactions per Block",
                        "Network Peer Count");
        assertThat(titles("Job Processing Performance"))
                .containsExactly(
                        "Job Submission Rate",
                        "Job Processing Time",
                        "Job Queue Duration",
                        "Job Execution Time",
                        "Jobs in Queue",
                        "Job Success Rate");
        assertThat(titles("GPU Platform"))
                .contains(
                        "Cluster GPU Status",
                        "Temperature Trends",
                        "Power Consumption",
                        "GPU Utilization",
                        "Memory Pressure",
                        "Job Queue Status",
                        "Job Execution Time",
                        "Active Alerts",
                        "ECC Errors Trending",
                        "GPU State Distribution");
        assertThat(named("GPU Platform").path("refresh").asText()).isEqualTo("5s");
        assertThat(panel("GPU Platform", "Cluster GPU Status").path("targets")).hasSize(4);
        assertThat(panel("GPU Platform", "Job Queue Status").path("targets")).hasSize(3);
    }

    @TestFactory
    Stream<DynamicTest> nothingIsWrongWithAny() {
        return Dashboards.all().stream()
                .map(one -> DynamicTest.dynamicTest(
                        one.path("title").asText(),
                        () -> assertThat(DashboardLint.problems(one)).isEmpty()));
    }

    @Test
    void noTwoHaveTheSameUid() {
        assertThat(Dashboards.all()).extracting(one -> one.path("uid").asText()).doesNotHaveDuplicates();
    }

    /** Each rule, seen red: what is done to a good dashboard, and what is then said. */
    @TestFactory
    Stream<DynamicTest> whatIsWrongIsSaid() {
        Map<String, Consumer<ObjectNode>> faults = new LinkedHashMap<>();
        faults.put("it has no title", it -> it.put("title", ""));
        faults.put("it has no description", it -> it.remove("description"));
        faults.put("its uid is not stable", it -> it.remove("uid"));
        faults.put("its id belongs to one Grafana", it -> it.put("id", 7));
        faults.put("it was exported for sharing", it -> it.putArray("__inputs"));
        faults.put("schemaVersion 16 is not", it -> it.put("schemaVersion", 16));
        faults.put("it is not refreshed", it -> it.put("refresh", ""));
        faults.put("it does not end now", it -> it.withObject("/time").put("to", "2026-01-01"));
        faults.put(
                "its first variable is not the data source",
                it -> variable(it, 0).put("type", "custom"));
        faults.put("two variables are called pool", it -> variable(it, 2).put("name", "pool"));
        faults.put("there is no variable miner", it -> variable(it, 2).put("name", "digger"));
        faults.put("nothing uses variable digger", it -> variable(it, 2).put("name", "digger"));
        faults.put("variable pool has no label", it -> variable(it, 1).put("label", ""));
        faults.put("leaves out series without the label", it -> variable(it, 1).put("allValue", ".+"));
        faults.put(
                "variable pool does not take the data source",
                it -> variable(it, 1).withObject("/datasource").put("uid", "prometheus"));
        faults.put("has the id of another", it -> panel(it, 1).put("id", 1));
        faults.put(
                "two panels are called",
                it -> panel(it, 1).put("title", panel(it, 0).path("title").asText()));
        faults.put("is not on the grid", it -> place(it, 1).put("x", 20));
        faults.put("lies on", it -> place(it, 1).put("x", 2));
        faults.put("a panel has no title", it -> panel(it, 0).put("title", ""));
        faults.put("has no description", it -> panel(it, 0).put("description", ""));
        faults.put("is of the kind graph", it -> panel(it, 0).put("type", "graph"));
        faults.put(
                "does not take the data source",
                it -> panel(it, 0).withObject("/datasource").put("uid", "P1809F7CD0C75ACF3"));
        faults.put("has no unit", it -> defaults(it, 0).remove("unit"));
        faults.put(
                "has no thresholds",
                it -> defaults(it, 0).withObject("/thresholds").putArray("steps"));
        faults.put("asks for nothing", it -> panel(it, 0).putArray("targets"));
        faults.put("A is there twice", it -> target(it, 0, 1).put("refId", "A"));
        faults.put("has no legend", it -> target(it, 0, 0).put("legendFormat", ""));
        faults.put("is neither of now nor of a range", it -> target(it, 0, 0).put("range", false));
        Map.of(
                        "up{instance=\"a\"}", "may be anybody's",
                        "up{job=~\".*\"}", "may be anybody's",
                        "sum(jobs_failed_total{job=\"pool-hub\"})", "is a counter without rate() or increase()",
                        "delta(jobs_failed_total{job=\"pool-hub\"}[$__range])", "is a counter without",
                        "rate(jobs_pending{job=\"pool-hub\"}[$__rate_interval])", "is a gauge under rate()",
                        "rate(jobs_failed_total{job=\"pool-hub\"}[5m])", "does not grow with the scrape interval",
                        "histogram_quantile(0.95, job_duration_seconds_bucket{job=\"pool-hub\"})", "a quantile is not",
                        "histogram_quantile(0.95, rate(job_duration_seconds_bucket{job=\"pool-hub\"}[$__rate_interval]))",
                                "a quantile is not",
                        "sum by (job) (up)", "up is chosen by no label",
                        " ", "it asks for nothing")
                .forEach((query, fault) ->
                        faults.put(fault + " ← " + query, it -> target(it, 0, 0).put("expr", query)));
        JsonNode good = named("GPU Platform");
        return faults.entrySet().stream()
                .map(fault -> DynamicTest.dynamicTest(fault.getKey(), () -> {
                    ObjectNode bad = good.deepCopy();
                    fault.getValue().accept(bad);
                    assertThat(DashboardLint.problems(bad))
                            .anySatisfy(problem ->
                                    assertThat(problem).contains(fault.getKey().replaceFirst(" ← .*", "")));
                }));
    }

    @Test
    void prometheusUnderstandsEveryQuery(@TempDir Path folder) throws Exception {
        assumeTrue(isThere("promtool"), "promtool is not installed");
        assertThat(promtool(
                        folder,
                        Dashboards.queries().stream()
                                .map(Dashboards.Query::filled)
                                .toList()))
                .contains("SUCCESS");
        assertThat(promtool(folder, List.of("sum(rate(up{job=\"a\"}[5m])"))).contains("FAILED");
    }

    private static String promtool(Path folder, List<String> queries) throws IOException, InterruptedException {
        List<Map<String, Object>> rules = new ArrayList<>();
        for (String query : queries) {
            rules.add(Map.of("record", "query:" + rules.size(), "expr", query));
        }
        Path file = folder.resolve("queries.yml");
        Files.writeString(file, new Yaml().dump(Map.of("groups", List.of(Map.of("name", "queries", "rules", rules)))));
        Process process = new ProcessBuilder("promtool", "check", "rules", file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    @Test
    void grafanaIsToldWhereAllOfThemAre() {
        Map<String, Object> sources = provisioning("datasources");
        assertThat(text(sources, "datasources"))
                .contains("type=prometheus", "uid=prometheus", "isDefault=true", "type=alertmanager");
        assertThat(text(provisioning("dashboards"), "providers"))
                .contains("type=file", "path=/etc/grafana/dashboards", "allowUiUpdates=false");
        Map<String, Object> alerting = provisioning("alerting");
        assertThat(text(alerting, "contactPoints")).contains("type=prometheus-alertmanager");
        assertThat(text(alerting, "policies")).contains("receiver=alertmanager");
    }

    @Test
    void theirRateIntervalIsThatOfPrometheus() throws IOException {
        Map<String, Object> prometheus =
                new Yaml().load(Files.readString(Dashboards.FOLDER.resolve("../prometheus/prometheus.yml")));
        assertThat(text(prometheus, "global")).contains("scrape_interval=15s");
        assertThat(provisioning("datasources").toString()).contains("timeInterval=15s");
    }

    private static String text(Map<String, Object> file, String part) {
        return String.valueOf(file.get(part));
    }

    private static Map<String, Object> provisioning(String what) {
        try {
            Map<String, Object> file = new Yaml()
                    .load(Files.readString(Dashboards.FOLDER.resolve("provisioning/" + what + "/gpu-pool.yml")));
            assertThat(file.get("apiVersion")).isEqualTo(1);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode named(String title) {
        return Dashboards.all().stream()
                .filter(one -> one.path("title").asText().equals(title))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode panel(String dashboard, String title) {
        for (JsonNode panel : named(dashboard).path("panels")) {
            if (panel.path("title").asText().equals(title)) {
                return panel;
            }
        }
        throw new AssertionError("there is no panel " + title);
    }

    private static List<String> titles(String dashboard) {
        return named(dashboard).path("panels").findValuesAsText("title");
    }

    private static ObjectNode variable(ObjectNode dashboard, int number) {
        return at(dashboard, "/templating/list/" + number);
    }

    private static ObjectNode panel(ObjectNode dashboard, int number) {
        return at(dashboard, "/panels/" + number);
    }

    private static ObjectNode place(ObjectNode dashboard, int number) {
        return at(dashboard, "/panels/" + number + "/gridPos");
    }

    private static ObjectNode defaults(ObjectNode dashboard, int number) {
        return at(dashboard, "/panels/" + number + "/fieldConfig/defaults");
    }

    private static ObjectNode target(ObjectNode dashboard, int panel, int number) {
        return at(dashboard, "/panels/" + panel + "/targets/" + number);
    }

    private static ObjectNode at(ObjectNode dashboard, String pointer) {
        return (ObjectNode) Objects.requireNonNull(dashboard.at(pointer));
    }

    private static boolean isThere(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    }
}
