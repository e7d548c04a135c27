package io.aitbc.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.e2e.prometheus.AlertRules;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The services with a simulated fleet: what Prometheus and a collector of spans see of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FleetIT {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CALLER = "b7ad6b7169203331";

    /** The specified names and types, and what goes beyond them. */
    private static final Map<String, String> SERIES = Map.ofEntries(
            Map.entry("gpu_temperature_celsius", "gauge"),
            Map.entry("gpu_power_watts", "gauge"),
            Map.entry("gpu_utilization_percent", "gauge"),
            Map.entry("gpu_memory_used_mb", "gauge"),
            Map.entry("gpu_memory_total_mb", "gauge"),
            Map.entry("gpu_ecc_errors_correctable_total", "counter"),
            Map.entry("gpu_ecc_errors_uncorrectable_total", "counter"),
            Map.entry("gpu_state", "gauge"),
            Map.entry("gpu_memory_temperature_celsius", "gauge"),
            Map.entry("gpu_power_limit_watts", "gauge"),
            Map.entry("gpu_sm_clock_mhz", "gauge"),
            Map.entry("gpu_pcie_replays_total", "counter"),
            Map.entry("gpu_nvlink_errors_total", "counter"),
            Map.entry("gpu_energy_joules_total", "counter"),
            Map.entry("gpu_failure_risk_ratio", "gauge"),
            Map.entry("gpu_time_to_critical_seconds", "gauge"),
            Map.entry("gpu_xid_errors_total", "counter"),
            Map.entry("gpu_board_power_watts", "gauge"),
            Map.entry("gpu_last_sample_timestamp_seconds", "gauge"),
            Map.entry("jobs_submitted_total", "counter"),
            Map.entry("jobs_scheduled_total", "counter"),
            Map.entry("jobs_completed_total", "counter"),
            Map.entry("jobs_failed_total", "counter"),
            Map.entry("jobs_total", "counter"),
            Map.entry("jobs_preempted_total", "counter"),
            Map.entry("jobs_pending", "gauge"),
            Map.entry("jobs_in_queue", "gauge"),
            Map.entry("job_duration_seconds", "histogram"),
            Map.entry("job_submission_duration_seconds", "histogram"),
            Map.entry("job_queue_duration_seconds", "histogram"),
            Map.entry("job_execution_duration_seconds", "histogram"),
            Map.entry("job_processing_duration_seconds", "histogram"),
            Map.entry("cluster_gpus_total", "counter"),
            Map.entry("cluster_gpu_capacity", "gauge"),
            Map.entry("cluster_gpus_available", "gauge"),
            Map.entry("cluster_gpus_allocated", "gauge"),
            Map.entry("cluster_gpus_unhealthy", "gauge"),
            Map.entry("cluster_gpu_headroom", "gauge"),
            Map.entry("alerts_triggered_total", "counter"),
            Map.entry("alerts_active", "gauge"),
            Map.entry("alert_acknowledge_duration_seconds", "histogram"),
            Map.entry("poolhub_capacity_slots", "gauge"),
            Map.entry("poolhub_capacity_demand_slots", "gauge"),
            Map.entry("scheduler_placement_duration_seconds", "histogram"),
            Map.entry("scheduler_numa_local_ratio", "gauge"));

    /** What alerts are made of and other programs export. */
    private static final String FOREIGN =
            "up|probe_success|node_filesystem_.*|gpu_pool_backup_.*|prometheus_.*|alertmanager_.*"
                    + "|block_processing_duration_seconds_bucket";

    /** What has no series in this test: nothing is matched here, nor held up; each has a unit test of its own. */
    private static final Set<String> UNSEEN = Set.of("poolhub_sla_response_time_ms", "poolhub_gpu_breaker_held");

    @TempDir
    static Path folder;

    private final OtlpReceiver receiver = new OtlpReceiver();
    private Services services;
    private AgentProcess fleet;

    @BeforeAll
    void start() {
        services = new Services(
                        folder,
                        Map.of(
                                "OTEL_EXPORTER_OTLP_ENDPOINT",
                                receiver.url(),
                                "TRACING_SAMPLING",
                                "1",
                                "CAPACITY_SNAPSHOT_INTERVAL_SECONDS",
                                "5"))
                .start();
        fleet = new AgentProcess(
                        folder.resolve("fleet"),
                        services.hub.url(),
                        services.key("POOLHUB_ENROLLMENT_TOKEN"),
                        "",
                        "--simulate",
                        "15")
                .start();
        Api viewer = services.hubAs("POOLHUB_VIEWER_KEY");
        until(60, () -> viewer.get("/v1/gpus").expect(200).size() > 20);
        // A miner that never beats keeps a hub that has just started from counting the pool: it may be up.
        until(
                60,
                () -> viewer.get("/sla/capacity/snapshots?hours=1").expect(200).findValues("active_miners").stream()
                        .anyMatch(miners -> miners.asInt() > 0));
        bringAGpuThatGetsHotter();
    }

    /** Half an hour of a GPU whose cooling fails, told at once, so that nobody has to wait for it. */
    private void bringAGpuThatGetsHotter() {
        new Api(services.hub.url(), services.key("POOLHUB_ENROLLMENT_TOKEN"))
                .post("/v1/miners/register", "{\"miner_id\":\"m-hot\",\"api_key\":\"key-of-the-hot-miner\"}")
                .expect(201);
        Api miner = new Api(services.hub.url(), "key-of-the-hot-miner");
        Instant now = Instant.now();
        StringBuilder gpus = new StringBuilder();
        for (int second = 1_800; second > 0; second -= 30) {
            double celsius = 60 + (1_800 - second) / 1_800.0 * 22;
            gpus.append(gpus.isEmpty() ? "" : ",")
                    .append("{\"uuid\":\"GPU-hot\",\"model\":\"NVIDIA A100-SXM4-80GB\",\"power_watts\":300,")
                    .append("\"temperature_celsius\":" + celsius + ",\"at\":\"" + now.minusSeconds(second) + "\"}");
        }
        gpus.append(",{\"uuid\":\"GPU-hot\",\"temperature_celsius\":82.2,\"at\":\"" + now
                + "\",\"throttle_reasons\":[\"hw_thermal_slowdown\"],\"xids\":[{\"xid\":31,\"at\":\"" + now + "\"}]}");
        miner.post("/v1/miners/telemetry", "{\"gpus\":[" + gpus + "]}").expect(202);
    }

    @AfterAll
    void stop() {
        fleet.close();
        services.close();
        receiver.close();
    }

    @Test
    void everySeriesIsThereWithItsTypeUnderTheFleet() throws Exception {
        submit("job-metrics", "");
        until(60, () -> state("job-metrics").equals("COMPLETED"));
        assertThat(SERIES).hasSizeGreaterThan(30);
        for (int i = 0; i < 30 && !missing().isEmpty(); i++) {
            ServiceProcess.pause(1_000);
        }
        assertThat(missing()).isEmpty();
        String scrape = scrape();
        assertThat(scrape)
                .contains(
                        "job_submission_duration_seconds_bucket{", "le=\"0.1\"", "jobs_total{", "status=\"completed\"");
        assertThat(scrape).containsPattern("gpu_temperature_celsius\\{gpu=\"0\",miner_id=\"sim-0001\",model=\"NVIDIA");
    }

    @Test
    void everySeriesThatAlertsAreMadeOfIsExported() throws Exception {
        submit("job-alerts", "");
        until(60, () -> state("job-alerts").equals("COMPLETED"));
        services.hubAs("POOLHUB_OPERATOR_KEY")
                .post("/sla/metrics/collect", "{}")
                .expect(200);
        List<String> wanted = AlertRules.series().stream()
                .filter(name -> !name.matches(FOREIGN) && !UNSEEN.contains(name))
                .toList();
        assertThat(wanted).hasSizeGreaterThan(30);
        for (int i = 0; i < 30 && !unexported(wanted).isEmpty(); i++) {
            ServiceProcess.pause(1_000);
        }
        assertThat(unexported(wanted)).isEmpty();
    }

    private List<String> unexported(List<String> wanted) {
        String coordinator = services.coordinatorAs("COORDINATOR_VIEWER_KEY")
                .get("/actuator/prometheus")
                .body();
        Set<String> exported = Stream.concat(scrape().lines(), coordinator.lines())
                .map(line -> line.split("[{ ]")[0])
                .collect(Collectors.toSet());
        return wanted.stream().filter(name -> !exported.contains(name)).toList();
    }

    @Test
    void theCoordinatorForecastsWhatThePoolsPastShowsAndTheHubPassesItOn() {
        Instant now = Instant.now();
        StringBuilder past = new StringBuilder();
        for (int hour = 1; hour <= 336; hour++) {
            past.append("{\"id\":\"" + UUID.randomUUID() + "\",\"total_miners\":15,\"active_miners\":9,")
                    .append("\"total_parallel_capacity\":40,\"total_queue_length\":0,\"capacity_utilization_pct\":")
                    .append(50 + 30 * Math.sin(2 * Math.PI * hour / 24) + hour * hour % 11)
                    .append(",\"timestamp\":\"" + now.minus(Duration.ofHours(hour)) + "\"}\n");
        }
        services.hubAs("POOLHUB_OPERATOR_KEY")
                .post("/v1/import/snapshots", past.toString())
                .expect(200);
        Api viewer = services.hubAs("POOLHUB_VIEWER_KEY");
        until(
                90,
                () -> viewer.get("/sla/capacity/forecast?hours_ahead=24")
                        .expect(200)
                        .path("source")
                        .asText()
                        .equals("coordinator_api"));
        JsonNode forecast = viewer.get("/sla/capacity/forecast?hours_ahead=24").expect(200);
        assertThat(forecast.path("status").asText()).isEqualTo("OK");
        assertThat(forecast.path("history_hours").asInt()).isGreaterThan(300);
        assertThat(forecast.path("current_capacity").asInt()).isPositive();
        assertThat(forecast.path("quantiles")).hasSize(24);
        assertThat(forecast.path("confidence").isNumber()).isTrue();
        assertThat(forecast.get("confidence"))
                .isEqualTo(forecast.path("backtest").get("coverage80_achieved"));
        JsonNode plan = viewer.get("/sla/capacity/recommendations").expect(200);
        assertThat(plan.path("current_state").asText()).isIn("healthy", "degraded", "critical");
        assertThat(plan.path("source").asText()).isEqualTo("coordinator_api");
    }

    @Test
    void promtoolFindsNothingWrongWithTheNames() throws Exception {
        assumeTrue(isThere("promtool"), "promtool is not installed");
        submit("job-promtool", "");
        until(60, () -> state("job-promtool").equals("COMPLETED"));
        Path scrape = Files.writeString(folder.resolve("scrape.txt"), scrape());
        Process promtool = new ProcessBuilder("promtool", "check", "metrics")
                .redirectInput(scrape.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        List<String> ours = said.lines()
                .filter(line -> line.matches("(gpu|job|jobs|cluster|alert|alerts|scheduler|poolhub|service)_.*"))
                // Names that were specified as they are.
                .filter(line -> !line.matches(
                        "(gpu_memory_(used|total)_mb|poolhub_sla_response_time_ms|service_restart_count) .*"))
                .toList();
        assertThat(ours).as(said).isEmpty();
    }

    /** Prometheus before 2.43 refuses a whole scrape for an exemplar on anything else. */
    @Test
    void exemplarsAreOnCountersAndBucketsOnly() throws Exception {
        submit("job-exemplar", "00-" + TRACE.replace('0', '1') + "-" + CALLER + "-01");
        List<String> exemplars = openMetrics()
                .lines()
                .filter(line -> line.contains(" # {"))
                .map(line -> line.replaceFirst("[ {].*", ""))
                .distinct()
                .toList();
        assertThat(exemplars)
                .contains("job_submission_duration_seconds_bucket")
                .allMatch(name -> name.matches(".*_(bucket|total)"));
    }

    private String openMetrics() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(services.hub.url() + "/actuator/prometheus"))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + services.key("POOLHUB_VIEWER_KEY"))
                .header("Accept", "application/openmetrics-text;version=1.0.0")
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void theSixSpansOfAJobsLifeReachACollectorWithinTheCallersTrace() throws Exception {
        submit("job-traced", "00-" + TRACE + "-" + CALLER + "-01");
        until(60, () -> state("job-traced").equals("COMPLETED"));
        until(
                30,
                () -> named("job.run").stream().anyMatch(span -> span.traceId().equals(TRACE)));
        Map<String, OtlpReceiver.Span> ofTrace = new HashMap<>();
        receiver.spans().stream()
                .filter(span -> span.traceId().equals(TRACE))
                .forEach(span -> ofTrace.put(span.name(), span));
        assertThat(ofTrace).containsKeys("job.submit", "job.schedule", "job.run");
        String submit = Objects.requireNonNull(ofTrace.get("job.submit")).spanId();
        assertThat(Objects.requireNonNull(ofTrace.get("job.schedule")).parentId())
                .isEqualTo(submit);
        assertThat(Objects.requireNonNull(ofTrace.get("job.run")).parentId()).isEqualTo(submit);
        OtlpReceiver.Span run = Objects.requireNonNull(ofTrace.get("job.run"));
        assertThat(Duration.ofNanos(run.end() - run.start())).isBetween(Duration.ofMillis(900), Duration.ofSeconds(10));
        assertThat(receiver.spans())
                .anyMatch(
                        span -> span.traceId().equals(TRACE) && span.parentId().equals(CALLER));
        until(
                30,
                () -> !named("scheduler.placement").isEmpty()
                        && !named("health.check").isEmpty());
        until(30, () -> receiver.spans().stream().anyMatch(span -> span.name().startsWith("alert.")));
    }

    /** The last one: no span arrives after it. */
    @Test
    @Order(Integer.MAX_VALUE)
    void aCollectorThatHangsHoldsNobodyUp() {
        receiver.hang();
        Api operator = services.hubAs("POOLHUB_OPERATOR_KEY");
        long begin = System.nanoTime();
        for (int i = 0; i < 300; i++) {
            operator.post("/v1/jobs", "{\"job_id\":\"hung-" + i + "\",\"tenant_id\":\"t-hung\"}")
                    .expect(201);
        }
        // Each export waits 5 s in vain; had a call waited for one, 300 would have taken 25 minutes.
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(60));
        assertThat(operator.get("/v1/jobs?limit=1000&tenant_id=t-hung").expect(200))
                .hasSize(300);
    }

    private List<OtlpReceiver.Span> named(String name) {
        return receiver.spans().stream()
                .filter(span -> span.name().equals(name))
                .toList();
    }

    private List<String> missing() {
        Map<String, String> types = scrape().lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(words -> words[2], words -> words[3], (first, second) -> first));
        List<String> missing = new ArrayList<>();
        SERIES.forEach((name, type) -> {
            if (!type.equals(types.get(name))) {
                missing.add(name + " is " + types.get(name));
            }
        });
        return missing;
    }

    private String scrape() {
        return services.hubAs("POOLHUB_VIEWER_KEY").get("/actuator/prometheus").body();
    }

    private String state(String jobId) {
        JsonNode job =
                services.hubAs("POOLHUB_VIEWER_KEY").get("/v1/jobs/" + jobId).expect(200);
        return job.path("state").asText();
    }

    /** A job of a second, submitted within a trace when one is named. */
    private void submit(String jobId, String traceparent) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(services.hub.url() + "/v1/jobs"))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + services.key("POOLHUB_OPERATOR_KEY"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"job_id\":\"" + jobId
                        + "\",\"tenant_id\":\"t-1\",\"max_attempts\":5,\"expected_duration_s\":1,"
                        + "\"spec\":{\"simulated_seconds\":1}}"));
        if (!traceparent.isEmpty()) {
            request.header("traceparent", traceparent);
        }
        HttpResponse<String> answer =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private static boolean isThere(String program) {
        for (String place : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(place, program))) {
                return true;
            }
        }
        return false;
    }

    private static void until(int seconds, BooleanSupplier holds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("it did not come about within %s s", seconds)
                    .isLessThan(end);
            ServiceProcess.pause(200);
        }
    }
}
