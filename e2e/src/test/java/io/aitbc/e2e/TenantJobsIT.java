package io.aitbc.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Jobs from a tenant's key to its invoice, within one trace, while services are killed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // Everything begins with the scene.
class TenantJobsIT {

    private static final String CALLER = "b7ad6b7169203331";

    @TempDir
    static Path folder;

    private final OtlpReceiver receiver = new OtlpReceiver();
    private final AtomicBoolean killsTheCoordinator = new AtomicBoolean();
    private HttpServer wayToTheHub;
    private Services services;
    private AgentProcess fleet;
    private String tenantKey;

    @BeforeAll
    void start() throws IOException {
        services = Services.onOwnedDatabases(
                folder,
                Map.of(
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        receiver.url(),
                        "TRACING_SAMPLING",
                        "1",
                        "POOLHUB_HEARTBEAT_INTERVAL_SECONDS",
                        "2"));
        wayToTheHub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        wayToTheHub.createContext("/", this::pass);
        wayToTheHub.setExecutor(Executors.newCachedThreadPool());
        wayToTheHub.start();
        services.coordinator.give(Map.of(
                "POOLHUB_URL", "http://127.0.0.1:" + wayToTheHub.getAddress().getPort()));
        services.start();
        fleet = new AgentProcess(
                        folder.resolve("fleet"),
                        services.hub.url(),
                        services.key("POOLHUB_ENROLLMENT_TOKEN"),
                        "",
                        "--simulate",
                        "3")
                .start();
        Api operator = services.coordinatorAs("COORDINATOR_OPERATOR_KEY");
        operator.post(
                        "/api/tenants",
                        "{\"tenant_id\":\"acme\",\"name\":\"Acme\",\"currency\":\"USD\",\"timezone\":\"UTC\"}")
                .expect(201);
        tenantKey = operator.post("/api/tenants/acme/keys", "{}")
                .expect(201)
                .path("secret")
                .asText();
        until(
                60,
                () -> services.hubAs("POOLHUB_VIEWER_KEY")
                                .get("/v1/gpus")
                                .expect(200)
                                .size()
                        >= 3);
    }

    @AfterAll
    void stop() {
        fleet.close();
        services.close();
        wayToTheHub.stop(0);
        receiver.close();
    }

    @Test
    void aTenantsJobIsOnItsInvoiceWithinTheTraceOfItsCall() throws Exception {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        JsonNode job = submit("traced", trace);
        assertThat(job.path("trace_id").asText()).isEqualTo(trace);
        String poolJob = job.path("pool_job_id").asText();
        until(40, () -> state("traced").equals("COMPLETED"));
        JsonNode done = tenant().get("/v1/jobs/traced").expect(200);
        assertThat(done.path("used").path("gpu_hours").decimalValue()).isPositive();
        Instant started = Instant.parse(done.path("started_at").asText());
        assertThat(started).isBefore(Instant.parse(done.path("finished_at").asText()));

        until(20, () -> usage(poolJob).size() >= 3);
        for (JsonNode event : usage(poolJob)) {
            assertThat(event.path("metadata").path("trace_id").asText())
                    .as("%s", event)
                    .isEqualTo(trace);
        }
        JsonNode invoice = services.coordinatorAs("COORDINATOR_OPERATOR_KEY")
                .post("/api/billing/invoice", "{\"tenant_id\":\"acme\"," + thisMonth() + "}")
                .json();
        assertThat(invoice.path("lines").findValuesAsText("resource_type"))
                .as("%s", invoice)
                .contains("gpu_hours", "compute_hours", "api_calls");

        // Each service tells its spans when it comes to it.
        until(
                60,
                () -> Set.copyOf(names(trace)).containsAll(Set.of("job.submit", "job.schedule", "job.run"))
                        && ofTrace(trace).stream()
                                .anyMatch(span -> span.parentId().equals(CALLER)));
        List<OtlpReceiver.Span> spans = ofTrace(trace);
        OtlpReceiver.Span coordinators = spans.stream()
                .filter(span -> span.parentId().equals(CALLER))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the coordinator's span is missing: " + spans));
        assertThat(spans)
                .as("the hub's span lies within the coordinator's")
                .anyMatch(span -> span.parentId().equals(coordinators.spanId()));
    }

    @Test
    void killedHubsAndCoordinatorsNeitherLoseNorDoubleAJob() throws Exception {
        String lateTrace = "11f92f3577b34da6a3ce929d0e0e4736";
        services.hub.kill();
        JsonNode waits = submit("waits", lateTrace);
        assertThat(waits.path("state").asText()).isEqualTo("SUBMITTED");
        services.hub.start().awaitReady();

        killsTheCoordinator.set(true);
        Api.Answer cut = tenant().post("/v1/jobs", body("cut"));
        assertThat(cut.status()).as("it was killed before it could answer").isZero();
        services.coordinator.start().awaitReady();
        assertThat(tenant().post("/v1/jobs", body("cut")).status())
                .as("the same again is the same job")
                .isEqualTo(200);

        until(50, () -> state("waits").equals("COMPLETED") && state("cut").equals("COMPLETED"));
        JsonNode onPool = services.hubAs("POOLHUB_VIEWER_KEY")
                .get("/v1/jobs?tenant_id=acme&limit=1000")
                .expect(200);
        List<String> names = onPool.findValuesAsText("job_id");
        for (String job : List.of("waits", "cut")) {
            String poolJob = tenant().get("/v1/jobs/" + job)
                    .expect(200)
                    .path("pool_job_id")
                    .asText();
            assertThat(names).as("exactly one on the pool").containsOnlyOnce(poolJob);
            // What could not be sent while the coordinator was away has been put off; it is asked for now.
            until(30, () -> {
                services.hubAs("POOLHUB_OPERATOR_KEY").post("/sla/billing/sync", "{}");
                return usage(poolJob).size() >= 3;
            });
        }
        assertThat(onPool).as("and no other").hasSize(items(tenant()).size());
        assertThat(usage(waits.path("pool_job_id").asText()))
                .allMatch(event ->
                        event.path("metadata").path("trace_id").asText().equals(lateTrace));
    }

    private static JsonNode items(Api tenant) {
        return tenant.get("/v1/jobs?limit=1000").expect(200).path("items");
    }

    private Api tenant() {
        return new Api(services.coordinator.url(), tenantKey);
    }

    private static String body(String jobId) {
        return "{\"job_id\":\"" + jobId + "\",\"max_duration_s\":600,"
                + "\"spec\":{\"command\":[\"true\"],\"simulated_seconds\":2}}";
    }

    private JsonNode submit(String jobId, String trace) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(services.coordinator.url() + "/v1/jobs"))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + tenantKey)
                .header("Content-Type", "application/json")
                .header("traceparent", "00-" + trace + "-" + CALLER + "-01")
                .POST(HttpRequest.BodyPublishers.ofString(body(jobId)))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return Api.JSON.readTree(answer.body());
    }

    private String state(String jobId) {
        return tenant().get("/v1/jobs/" + jobId).json().path("state").asText();
    }

    private JsonNode usage(String poolJobId) {
        return tenant().get("/api/billing/usage?job_id=" + poolJobId)
                .expect(200)
                .path("items");
    }

    private List<OtlpReceiver.Span> ofTrace(String trace) {
        return receiver.spans().stream()
                .filter(span -> span.traceId().equals(trace))
                .toList();
    }

    private Set<String> names(String trace) {
        return ofTrace(trace).stream().map(OtlpReceiver.Span::name).collect(Collectors.toSet());
    }

    private static String thisMonth() {
        YearMonth month = YearMonth.now(ZoneOffset.UTC);
        return "\"period_start\":\"" + month.atDay(1) + "T00:00:00Z\",\"period_end\":\""
                + month.plusMonths(1).atDay(1) + "T00:00:00Z\"";
    }

    /** The way from the coordinator to the hub; on demand the coordinator is killed when the hub has taken a job. */
    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create(services.hub.url() + exchange.getRequestURI()))
                    .timeout(Duration.ofSeconds(15))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(
                            exchange.getRequestBody().readAllBytes()));
            for (String name : List.of("Authorization", "Content-Type", "traceparent")) {
                String value = exchange.getRequestHeaders().getFirst(name);
                if (value != null) {
                    request.header(name, value);
                }
            }
            HttpResponse<byte[]> answer =
                    HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() == 201 && killsTheCoordinator.compareAndSet(true, false)) {
                services.coordinator.kill();
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void until(int seconds, BooleanSupplier holds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("it did not come about within %s s", seconds)
                    .isLessThan(end);
            ServiceProcess.pause(100);
        }
    }
}
