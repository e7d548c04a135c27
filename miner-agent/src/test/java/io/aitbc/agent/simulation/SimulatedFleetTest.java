package io.aitbc.agent.simulation;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.aitbc.agent.heart.Timing;
import io.aitbc.agent.hub.HubClient;
import io.aitbc.agent.hub.Json;
import io.aitbc.agent.hub.ServiceClient;
import io.aitbc.agent.hub.ServiceUrl;
import io.aitbc.agent.storage.DataFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SimulatedFleetTest {

    @RegisterExtension
    static final WireMockExtension HUB = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    @RegisterExtension
    static final WireMockExtension COORDINATOR = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    @TempDir
    Path data;

    private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);

    @BeforeEach
    void services() {
        HUB.stubFor(post(urlPathMatching("/v1/miners/.*")).willReturn(okJson("{\"next_heartbeat_seconds\": 1}")));
        HUB.stubFor(post(urlPathMatching("/v1/import/.*"))
                .willReturn(okJson("{\"received\": 1, \"inserted\": 1, \"duplicates\": 0, \"rejected\": []}")));
        HUB.stubFor(post(urlPathMatching("/sla/.*")).willReturn(okJson("{}")));
        HUB.stubFor(post("/v1/jobs").willReturn(okJson("{}")));
        HUB.stubFor(post(urlPathMatching("/v1/jobs/.*")).willReturn(okJson("{\"go_on\": true}")));
        COORDINATOR.stubFor(post("/api/tenants").willReturn(aResponse().withStatus(409)));
    }

    @Test
    void theFirstStartBringsThePastInOrderAndASecondStartBringsNone() throws Exception {
        run(3, Duration.ZERO);
        List<String> paths = paths(HUB);
        assertThat(COORDINATOR.getAllServeEvents()).hasSize(3);
        assertThat(paths.stream().filter(path -> path.equals("/v1/miners/register")))
                .hasSize(3);
        List<String> setUp = paths.stream()
                .filter(path -> path.startsWith("/v1/import") || path.startsWith("/sla"))
                .toList();
        assertThat(setUp)
                .containsSubsequence(
                        "/v1/import/intervals",
                        "/v1/import/match-results",
                        "/v1/import/outcomes",
                        "/v1/import/snapshots",
                        "/v1/import/usage?bill=true",
                        "/sla/metrics/collect",
                        "/v1/import/match-results",
                        "/sla/metrics/collect",
                        "/sla/billing/sync",
                        "/sla/billing/invoice/generate");
        HUB.resetRequests();

        run(3, Duration.ZERO);
        assertThat(paths(HUB)).noneMatch(path -> path.startsWith("/v1/import")).contains("/v1/miners/heartbeat");
    }

    @Test
    void aPastWhoseImportWasInterruptedComesAgainAsTheSameFacts() throws Exception {
        HUB.stubFor(post(urlEqualTo("/v1/import/usage?bill=true"))
                .willReturn(aResponse().withStatus(403).withBody("{}")));
        run(2, Duration.ZERO);
        Set<String> first = lines("/v1/import/outcomes");
        HUB.resetRequests();
        HUB.stubFor(post(urlEqualTo("/v1/import/usage?bill=true")).willReturn(okJson("{}")));
        run(2, Duration.ZERO);
        assertThat(lines("/v1/import/outcomes")).containsAll(first);
    }

    @Test
    void anImportThatTheHubCannotTakeNowIsTriedAgain() throws Exception {
        HUB.stubFor(post(urlPathMatching("/v1/import/intervals"))
                .inScenario("busy")
                .whenScenarioStateIs(Scenario.STARTED)
                .willReturn(aResponse().withStatus(503).withHeader("Retry-After", "0"))
                .willSetStateTo("free"));
        run(1, Duration.ZERO);
        assertThat(paths(HUB).stream().filter("/v1/import/intervals"::equals)).hasSize(2);
    }

    @Test
    void noTimestampThatLeavesTheFleetIsInTheFuture() throws Exception {
        run(4, Duration.ofSeconds(8));
        assertThat(paths(HUB)).contains("/v1/jobs");
        for (LoggedRequest request : HUB.findAll(anyRequestedFor(anyUrl()))) {
            if (request.getUrl().startsWith("/sla/billing/invoice")) {
                continue; // The period of a draft ends with the month.
            }
            Instant sent = request.getLoggedDate().toInstant();
            for (String line : request.getBodyAsString().split("\n")) {
                for (JsonNode value : Json.MAPPER.readTree(line)) {
                    if (value.asText().matches("\\d{4}-\\d\\d-\\d\\dT.*Z")) {
                        assertThat(Instant.parse(value.asText()))
                                .as("%s: %s", request.getUrl(), line)
                                .isBeforeOrEqualTo(sent);
                    }
                }
            }
        }
    }

    @Test
    void workIsAskedForAndWhatIsGivenIsDoneAndTold() throws Exception {
        HUB.stubFor(
                post("/v1/miners/heartbeat")
                        .willReturn(
                                okJson(
                                        "{\"next_heartbeat_seconds\": 1, \"assignments\": [{\"job_id\": \"j-1\","
                                                + " \"attempt\": 1, \"gpu_uuids\": [\"sim-0001/gpu-0\"], \"spec\": {\"simulated_seconds\": 1}}]}")));
        run(1, Duration.ofSeconds(1), "/v1/jobs/j-1/events");
        JsonNode job = Json.MAPPER.readTree(
                HUB.findAll(postRequestedFor(urlEqualTo("/v1/jobs"))).get(0).getBodyAsString());
        assertThat(job.path("tenant_id").asText()).startsWith("tenant_00");
        assertThat(job.path("spec").path("simulated_seconds").asInt()).isPositive();
        List<LoggedRequest> told = HUB.findAll(postRequestedFor(urlEqualTo("/v1/jobs/j-1/events")));
        assertThat(told).as("offered again and again, it is done once").hasSize(2);
        JsonNode end = Json.MAPPER.readTree(told.get(1).getBodyAsString());
        assertThat(end.path("type").asText()).isEqualTo("completed");
        assertThat(Duration.between(
                        Instant.parse(end.path("started_at").asText()),
                        Instant.parse(end.path("at").asText())))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(8));
    }

    @Test
    void allMinersSayGoodbye() throws Exception {
        run(5, Duration.ZERO);
        assertThat(HUB.getAllServeEvents().stream()
                        .filter(event -> event.getRequest().getBodyAsString().contains("\"draining\"")))
                .hasSize(5);
    }

    @Test
    void withoutDemoTenantsTheFleetOnlyBeats() throws Exception {
        COORDINATOR.stubFor(post("/api/tenants").willReturn(aResponse().withStatus(401)));
        run(2, Duration.ZERO);
        assertThat(paths(HUB)).noneMatch(path -> path.startsWith("/v1/import")).contains("/v1/miners/heartbeat");
    }

    /** Starts a fleet, waits until it has settled in and worked for a while, and stops it. */
    private void run(int miners, Duration work) throws Exception {
        run(miners, work, "/v1/jobs");
    }

    private void run(int miners, Duration work, String path) throws Exception {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
        Path ready = data.resolve("ready");
        try (DataFolder folder = DataFolder.open(data.resolve("fleet"))) {
            ServiceClient service = new ServiceClient(ServiceUrl.parse(HUB.baseUrl()), clock);
            SimulatedFleet fleet = new SimulatedFleet(
                    new FleetSettings(
                            miners, 1, 10_000, ServiceUrl.parse(COORDINATOR.baseUrl()), "op-key", "co-key", ready),
                    folder,
                    new HubClient(service, "token", Duration.ofSeconds(5)),
                    service,
                    new Timing(scheduler, clock, new Random(1)));
            fleet.begin();
            until(() -> Files.exists(ready));
            until(() ->
                    paths(HUB).stream().filter("/v1/miners/heartbeat"::equals).count() >= miners);
            if (!work.isZero()) {
                until(() -> paths(HUB).contains("/v1/jobs"));
                until(() -> paths(HUB).stream().filter(path::equals).count() >= 2 || path.equals("/v1/jobs"));
            }
            fleet.stop().get(5, TimeUnit.SECONDS);
        } finally {
            scheduler.shutdownNow();
        }
    }

    private static void until(BooleanSupplier holds) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private static List<String> paths(WireMockExtension service) {
        List<String> paths = new ArrayList<>();
        // Newest first in the journal.
        service.getAllServeEvents()
                .forEach(event -> paths.add(0, event.getRequest().getUrl()));
        return paths;
    }

    private static Set<String> lines(String path) {
        Set<String> lines = new HashSet<>();
        HUB.getAllServeEvents().stream()
                .filter(event -> event.getRequest().getUrl().equals(path))
                .forEach(event -> lines.addAll(
                        event.getRequest().getBodyAsString().lines().toList()));
        return lines;
    }
}
