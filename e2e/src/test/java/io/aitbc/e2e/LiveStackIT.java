package io.aitbc.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.e2e.grafana.Dashboards;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The services under a simulated fleet, watched by real Prometheus, Alertmanager and exporters with the configuration that is shipped. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveStackIT {

    private static final String A100 = "NVIDIA A100-SXM4-80GB";

    @TempDir
    static Path folder;

    private final ChainNodes chain = new ChainNodes();
    /** People, whom the coordinator tells. */
    private final Catcher people = new Catcher();
    /** Whoever Alertmanager tells without the coordinator. */
    private final Catcher onCall = new Catcher();

    private @Nullable Services running;
    private @Nullable ServiceProcess monitoring;
    private @Nullable AgentProcess fleet;
    private @Nullable PrometheusStack stack;

    @BeforeAll
    void start() throws IOException {
        assumeTrue(
                PrometheusStack.isInstalled(), () -> "not all of " + PrometheusStack.PROGRAMS + " are installed here");
        Services services = new Services(
                folder,
                Map.of(
                        "NOTIFY_ALLOW_TARGETS", "127.0.0.1",
                        "BILLING_MONTHLY_RUN", "false",
                        "SLA_COLLECTION_INTERVAL_SECONDS", "5",
                        "POOLHUB_HEARTBEAT_GRACE_SECONDS", "15",
                        "POOLHUB_HEARTBEAT_INTERVAL_SECONDS", "4",
                        "GPU_SWEEP_INTERVAL_SECONDS", "1"));
        running = services;
        services.start();
        ServiceProcess third = new ServiceProcess(
                "monitoring",
                "MONITORING_PORT",
                folder,
                Map.of(
                        "DATA_DIR",
                        folder.resolve("data").toString(),
                        "RATE_LIMIT_PER_SECOND",
                        "0",
                        "CHAIN_NODES",
                        chain.setting(),
                        "CHAIN_POLL_SECONDS",
                        "1"));
        monitoring = third;
        third.start();
        fleet = new AgentProcess(
                        folder.resolve("fleet"),
                        services.hub.url(),
                        services.key("POOLHUB_ENROLLMENT_TOKEN"),
                        services.key("POOLHUB_OPERATOR_KEY"),
                        "--simulate",
                        "15",
                        "--speed",
                        "600",
                        "--coordinator",
                        services.coordinator.url(),
                        "--coordinator-operator-key",
                        services.key("COORDINATOR_OPERATOR_KEY"))
                .start();
        services.coordinatorAs("COORDINATOR_OPERATOR_KEY")
                .send(
                        "PUT",
                        "/api/notifications/routes/people",
                        "{\"channel\":\"webhook\",\"target\":\"" + people.url()
                                + "\",\"secret\":\"a-secret-of-this-test\"}",
                        "application/json")
                .expect(201);
        third.awaitReady();
        watchTheChain(third.url());
        aGpuThatGetsHotter();
        stack = new PrometheusStack(
                        folder.resolve("prometheus"),
                        Map.of(
                                "localhost:8210", address(services.hub),
                                "localhost:8011", address(services.coordinator),
                                "localhost:8002", address(third),
                                "localhost:8080", "127.0.0.1:" + ServiceProcess.freePort(),
                                "localhost:8102", "127.0.0.1:" + ServiceProcess.freePort()))
                .start(
                        Map.of(
                                "pool-hub", services.key("POOLHUB_VIEWER_KEY"),
                                "coordinator-api", services.key("COORDINATOR_VIEWER_KEY"),
                                "coordinator-service", services.key("COORDINATOR_API_KEY"),
                                "monitoring", services.key("MONITORING_VIEWER_KEY")),
                        onCall.url());
        PrometheusStack started = stack;
        until(60, () -> started.prometheus().get("/-/ready").status() == 200, started::logs);
    }

    private static String address(ServiceProcess service) {
        return service.url().replace("http://", "");
    }

    /** Nodes that export nothing themselves are targets of a session, by monitoring's exporter. */
    private void watchTheChain(String url) {
        Api operator = new Api(url, services().key("MONITORING_OPERATOR_KEY"));
        operator.post("/api/v1/sessions", "{\"session_id\":\"chain\",\"scrape_interval\":\"1s\"}")
                .expect(201);
        for (String node : List.of("main", "dev")) {
            operator.post("/api/v1/sessions/chain/targets", """
                    {"job_id": "NODE", "target_type": "custom", "scrape_config": {"job_name": "chain-NODE",
                     "metrics_path": "/metrics/chain/NODE", "targets": ["ADDRESS"], "scrape_timeout": "1s"}}""".replace("NODE", node)
                            .replace("ADDRESS", url.replace("http://", "")))
                    .expect(201);
        }
    }

    /** Half an hour of a GPU whose cooling fails, told at once, so that something is expected of it. */
    private void aGpuThatGetsHotter() {
        Api miner = miner("m-warm");
        Instant now = Instant.now();
        StringBuilder gpus = new StringBuilder();
        for (int second = 1_800; second >= 0; second -= 30) {
            double celsius = 60 + (1_800 - second) / 1_800.0 * 22;
            gpus.append(gpus.isEmpty() ? "" : ",").append(sample("GPU-warm", celsius, now.minusSeconds(second)));
        }
        miner.post("/v1/miners/telemetry", "{\"gpus\":[" + gpus + "]}").expect(202);
    }

    private static String sample(String uuid, double celsius, Instant at) {
        return "{\"uuid\":\"" + uuid + "\",\"model\":\"" + A100
                + "\",\"index\":0,\"power_watts\":300,\"temperature_celsius\":" + celsius + ",\"at\":\"" + at + "\"}";
    }

    private Api miner(String id) {
        services()
                .hubAs("POOLHUB_ENROLLMENT_TOKEN")
                .post(
                        "/v1/miners/register",
                        "{\"miner_id\":\"" + id + "\",\"api_key\":\"key-of-" + id + "-0123456789\"}")
                .expect(201);
        return new Api(services().hub.url(), "key-of-" + id + "-0123456789");
    }

    @AfterAll
    void stop() {
        if (stack != null) {
            stack.close();
        }
        if (fleet != null) {
            fleet.close();
        }
        if (monitoring != null) {
            monitoring.close();
        }
        if (running != null) {
            running.close();
        }
        chain.close();
        people.close();
        onCall.close();
    }

    @Test
    void allOfOursAreUpAndNoRuleHasAnError() {
        until(60, () -> down().isEmpty(), () -> "down: " + down());
        until(
                60,
                () -> stack().hasData("probe_success == 1", true)
                        && unhealthyRules("unknown").isEmpty(),
                () -> unhealthyRules("unknown") + " were not evaluated");
        assertThat(unhealthyRules("err")).isEmpty();
        for (String service : List.of("pool-hub", "coordinator-api", "monitoring")) {
            until(
                    30,
                    () -> stack().hasData("probe_success{service=\"" + service + "\"} == 1", true),
                    () -> service + " is not well by its probe");
        }
        assertThat(stack().alerts().toString())
                .as("nobody is told of others' services that have never been up")
                .doesNotContain("blockchain-node", "marketplace");
    }

    private List<String> down() {
        List<String> down = new ArrayList<>();
        int targets = 0;
        for (JsonNode target : stack().prometheus()
                .get("/api/v1/targets?state=active")
                .expect(200)
                .path("data")
                .path("activeTargets")) {
            targets++;
            boolean others = target.path("labels").path("optional").asText().equals("true")
                    && !target.path("labels").path("job").asText().equals("blackbox");
            if (!others && !target.path("health").asText().equals("up")) {
                down.add(target.path("scrapeUrl").asText() + " "
                        + target.path("lastError").asText());
            }
        }
        // Ours, two of others, five probes, four of the stack, and two that monitoring tells of.
        return targets >= 16 ? down : List.of("only " + targets + " targets are known");
    }

    private List<String> unhealthyRules(String health) {
        List<String> rules = new ArrayList<>();
        int all = 0;
        for (JsonNode group : stack().prometheus()
                .get("/api/v1/rules")
                .expect(200)
                .path("data")
                .path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                all++;
                if (rule.path("health").asText().equals(health)) {
                    rules.add(rule.path("name").asText() + " "
                            + rule.path("lastError").asText());
                }
            }
        }
        assertThat(all).isGreaterThan(30);
        return rules;
    }

    @Test
    void everyPanelShowsSomethingOrIsOnTheListOfExceptions() throws IOException {
        List<Dashboards.Query> queries = Dashboards.queries();
        List<String> exceptions = Files.readAllLines(Dashboards.FOLDER.resolve("panels-without-data.txt")).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .peek(line -> assertThat(line).as("it says why").matches(".+ / .+ / [A-Z] : .{10,}"))
                .map(line -> line.replaceFirst(" : .*", ""))
                .toList();
        assertThat(queries.stream().map(Dashboards.Query::name).toList())
                .as("what is excepted is there")
                .containsAll(exceptions);
        List<Dashboards.Query> without = new ArrayList<>(queries);
        BooleanSupplier allShow = () -> {
            without.removeIf(query -> stack().hasData(query.filled(), query.atOnce()));
            return exceptions.containsAll(names(without));
        };
        until(150, allShow, () -> "without data: " + names(without));
        assertThat(names(without))
                .as("the others on the list show something")
                .containsExactlyInAnyOrderElementsOf(exceptions);
    }

    private static List<String> names(List<Dashboards.Query> queries) {
        return queries.stream().map(Dashboards.Query::name).toList();
    }

    @Test
    void aSilentMinerAHotGpuAndASyncThatFailsAreToldAndResolved() {
        Instant enrolled = Instant.now();
        Api silent = miner("m-silent");
        silent.post("/v1/miners/heartbeat", "{\"status\":\"ready\"}").expect(200);
        Api hot = miner("m-hot");
        services().line.set(FaultyLine.Fault.REFUSED);
        try {
            until(
                    90,
                    () -> {
                        tell(hot, 90);
                        return told("opened", "LowMinerUptime", "m-silent")
                                && told("opened", "GpuThermalCritical", "m-hot")
                                && told("opened", "BillingSyncErrors", "pool-1");
                    },
                    this::whatWasTold);
        } finally {
            services().line.set(FaultyLine.Fault.NONE);
        }
        assertThat(stack().alerts().findValuesAsText("alertname"))
                .contains("LowMinerUptime", "GpuThermalCritical", "BillingSyncErrors");
        // The outage is agreed on afterwards, and from now on the miner is there.
        services()
                .hubAs("POOLHUB_OPERATOR_KEY")
                .post(
                        "/v1/miners/m-silent/maintenance",
                        "{\"start\":\"" + enrolled.minusSeconds(60) + "\",\"end\":\"" + Instant.now()
                                + "\",\"reason\":\"a new power supply\"}")
                .expect(201);
        until(
                90,
                () -> {
                    silent.post("/v1/miners/heartbeat", "{\"status\":\"ready\"}")
                            .expect(200);
                    tell(hot, 50);
                    return told("resolved", "LowMinerUptime", "m-silent")
                            && told("resolved", "GpuThermalCritical", "m-hot")
                            && told("resolved", "BillingSyncErrors", "pool-1");
                },
                this::whatWasTold);
        assertThat(services()
                        .coordinatorAs("COORDINATOR_VIEWER_KEY")
                        .get("/api/notifications/deliveries?state=SENT&limit=1000")
                        .expect(200)
                        .toString())
                .contains("Miner m-silent was up for", "GPU 0 of m-hot is at 90", "Usage of pool-1 does not reach");
    }

    private static void tell(Api miner, double celsius) {
        miner.post("/v1/miners/telemetry", "{\"gpus\":[" + sample("GPU-hot", celsius, Instant.now()) + "]}")
                .expect(202);
        ServiceProcess.pause(800);
    }

    @Test
    void theCoordinatorsOwnFallIsToldWithoutItAndByItselfOnceItIsBack() {
        services().coordinator.kill();
        try {
            until(60, () -> onCallHeard("firing"), () -> "on call: " + onCall.caught());
            assertThat(told("opened", "ServiceDown", "coordinator-api")).isFalse();
        } finally {
            services().coordinator.start().awaitReady();
        }
        until(60, () -> told("opened", "ServiceDown", "coordinator-api"), this::whatWasTold);
        until(
                60,
                () -> told("resolved", "ServiceDown", "coordinator-api") && onCallHeard("resolved"),
                this::whatWasTold);
    }

    private boolean onCallHeard(String status) {
        return onCall.caught().stream().anyMatch(told -> {
            for (JsonNode alert : told.path("alerts")) {
                if (alert.path("status").asText().equals(status)
                        && alert.path("labels").path("alertname").asText().equals("ServiceDown")
                        && alert.path("labels").path("service").asText().equals("coordinator-api")) {
                    return true;
                }
            }
            return false;
        });
    }

    /** Whether the coordinator told people of an alert that has that value among its labels. */
    private boolean told(String event, String alert, String label) {
        return people.caught().stream()
                .anyMatch(message -> message.path("event").asText().equals(event)
                        && message.path("source").asText().equals("alertmanager")
                        && message.path("labels").path("alertname").asText().equals(alert)
                        && message.path("labels").toString().contains("\"" + label + "\""));
    }

    private String whatWasTold() {
        StringBuilder told = new StringBuilder("told so far:\n");
        people.caught()
                .forEach(message -> told.append(message.path("event").asText())
                        .append(' ')
                        .append(message.path("labels").path("alertname").asText())
                        .append(' ')
                        .append(message.path("title").asText())
                        .append('\n'));
        return told + stack().logs();
    }

    private Services services() {
        return there(running);
    }

    private PrometheusStack stack() {
        return there(stack);
    }

    private static <T> T there(@Nullable T started) {
        if (started == null) {
            throw new IllegalStateException("it was not started");
        }
        return started;
    }

    private static void until(int seconds, BooleanSupplier holds, Supplier<String> otherwise) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it did not come about within " + seconds + " s; " + otherwise.get());
            }
            ServiceProcess.pause(500);
        }
    }
}
