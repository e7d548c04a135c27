package io.aitbc.poolhub.sla;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import io.aitbc.poolhub.coordinator.CoordinatorClient;
import io.aitbc.poolhub.coordinator.CoordinatorSettings;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Episodes that are over reach the coordinator, whatever is away meanwhile, and again when they become excused. */
class EpisodeReportsTest extends RunningSla {

    private static final String PATH = "/api/billing/sla-episodes";

    /** A coordinator that takes all but what it is told to refuse. */
    private static final class Judge implements ResponseDefinitionTransformerV2 {

        private final ObjectMapper json = new ObjectMapper();
        final Set<String> refused = ConcurrentHashMap.newKeySet();
        final Set<String> poison = ConcurrentHashMap.newKeySet();

        @Override
        public ResponseDefinition transform(ServeEvent event) {
            ObjectNode report = json.createObjectNode();
            ArrayNode results = report.putArray("results");
            for (JsonNode episode : read(event.getRequest().getBody()).path("episodes")) {
                String id = episode.path("episode_id").asText();
                if (poison.contains(id)) {
                    return ResponseDefinitionBuilder.responseDefinition()
                            .withStatus(422)
                            .build();
                }
                ObjectNode result = results.addObject().put("index", results.size() - 1);
                result.put("episode_id", id).put("verdict", refused.contains(id) ? "REJECTED" : "ACCEPTED");
                if (refused.contains(id)) {
                    result.put("detail", "ended_at lies ahead.");
                }
            }
            return ResponseDefinitionBuilder.responseDefinition()
                    .withStatus(200)
                    .withHeader("Content-Type", "application/json")
                    .withBody(report.toString())
                    .build();
        }

        JsonNode read(byte[] body) {
            try {
                return json.readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String getName() {
            return "judge";
        }

        @Override
        public boolean applyGlobally() {
            return false;
        }
    }

    private static final Judge JUDGE = new Judge();
    private static final WireMockServer COORDINATOR =
            new WireMockServer(WireMockConfiguration.options().dynamicPort().extensions(JUDGE));

    @DynamicPropertySource
    static void coordinator(DynamicPropertyRegistry registry) {
        COORDINATOR.start();
        registry.add("COORDINATOR_BILLING_URL", COORDINATOR::baseUrl);
    }

    @Autowired
    EpisodeOutbox outbox;

    @Autowired
    EpisodeReports reports;

    @Autowired
    CoordinatorSettings settings;

    @Autowired
    ObjectMapper mapper;

    @BeforeEach
    void theCoordinatorIsThere() {
        JUDGE.refused.clear();
        JUDGE.poison.clear();
        COORDINATOR.resetAll();
        COORDINATOR.stubFor(WireMock.post(PATH).willReturn(aResponse().withTransformers("judge")));
    }

    @Test
    void anEpisodeIsReportedOnceItIsOverAndOnlyOnce() {
        String miner = miner();
        finished(miner, 0, 5);
        collector.collect();
        reports.bySchedule();
        assertThat(sent()).as("it lasts").isEmpty();

        over(miner);
        reports.bySchedule();
        reports.bySchedule();

        JsonNode episode = only(sent());
        Violation known = episodes(miner, MetricTypes.COMPLETION_RATE).get(0);
        assertThat(episode.path("episode_id").asText()).isEqualTo(known.id().toString());
        assertThat(episode.path("revision").asInt()).isEqualTo(1);
        assertThat(episode.path("status").asText()).isEqualTo("RESOLVED");
        assertThat(episode.path("miner_id").asText()).isEqualTo(miner);
        assertThat(episode.path("metric").asText()).isEqualTo("completion_rate_pct");
        assertThat(episode.path("threshold").asDouble()).isEqualTo(90);
        assertThat(episode.path("worst").asDouble()).isZero();
        assertThat(episode.path("severity").asText()).isEqualTo("critical");
        assertThat(Instant.parse(episode.path("started_at").asText())).isEqualTo(NOON);
        assertThat(Instant.parse(episode.path("ended_at").asText())).isEqualTo(noonAnd("PT5M"));
        assertThat(episode.has("excuse_reason")).isFalse();
        assertThat(COORDINATOR
                        .findAll(postRequestedFor(urlEqualTo(PATH)))
                        .get(0)
                        .getHeader("Authorization"))
                .isEqualTo("Bearer service-key-for-tests");
        assertThat(JUDGE.read(COORDINATOR
                                .findAll(postRequestedFor(urlEqualTo(PATH)))
                                .get(0)
                                .getBody())
                        .path("source")
                        .asText())
                .isEqualTo("pool-1");
    }

    @Test
    void whatIsExcusedAfterItWasReportedIsReportedAgain() {
        String miner = miner();
        was(miner, "UP", "-PT60H", "-PT3H");
        was(miner, "DOWN", "-PT3H", "PT0S");
        collector.collect();
        was(miner, "UP", "PT0S", "");
        clock.set(noonAnd("PT24H"));
        collector.collect();
        reports.bySchedule();

        JsonNode episode = only(sent());
        assertThat(episode.path("worst").asDouble()).isEqualTo(87.5);
        assertThat(episode.path("evidence").path("down_seconds").asLong()).isEqualTo(3 * 3_600);
        assertThat(Instant.parse(episode.path("evidence").path("measured_from").asText()))
                .isEqualTo(noonAnd("-PT24H"));
        assertThat(Instant.parse(episode.path("evidence").path("measured_to").asText()))
                .isEqualTo(noonAnd("PT24H"));
        JsonNode outage = only(episode.path("evidence").path("outages"));
        assertThat(outage.path("state").asText()).isEqualTo("DOWN");
        assertThat(Instant.parse(outage.path("from").asText())).isEqualTo(noonAnd("-PT3H"));
        assertThat(Instant.parse(outage.path("to").asText())).isEqualTo(NOON);

        COORDINATOR.resetRequests();
        assertThat(post(OPERATOR, "/v1/miners/" + miner + "/maintenance", """
                        {"start": "%s", "end": "%s", "reason": "new racks"}
                        """.formatted(noonAnd("-PT3H"), NOON))
                        .status())
                .isBetween(200, 201);
        reports.bySchedule();
        JsonNode excused = only(sent());
        assertThat(excused.path("episode_id")).isEqualTo(episode.path("episode_id"));
        assertThat(excused.path("revision").asInt()).isEqualTo(2);
        assertThat(excused.path("status").asText()).isEqualTo("EXCUSED");
        assertThat(excused.path("excuse_reason").asText()).isEqualTo("new racks");
        assertThat(excused.path("excused_by").asText()).isEqualTo("operator");
        assertThat(excused.path("worst").asDouble())
                .as("what was measured stays")
                .isEqualTo(87.5);
        assertThat(excused.path("evidence").path("down_seconds").asLong())
                .as("all is explained")
                .isZero();
    }

    @Test
    void whatWasExcusedWhileItLastedIsReportedAsThat() {
        String miner = miner();
        was(miner, "UP", "-PT60H", "-PT3H");
        was(miner, "DOWN", "-PT3H", "");
        collector.collect();
        post(OPERATOR, "/v1/miners/" + miner + "/maintenance", """
                {"start": "%s", "end": "%s", "reason": "new racks"}
                """.formatted(noonAnd("-PT3H"), NOON));
        reports.bySchedule();
        assertThat(only(sent()).path("status").asText()).isEqualTo("EXCUSED");
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of("hung", ok().withFixedDelay(3_000)),
                Arguments.of("500", status(500)),
                Arguments.of("503", status(503)),
                Arguments.of("429", status(429)),
                Arguments.of("401", status(401)),
                Arguments.of("404: a coordinator of before", status(404)),
                Arguments.of("reset", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)),
                Arguments.of("broken off", aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK)),
                Arguments.of("garbage", ok("<html>")),
                Arguments.of("no results", okJson("{}")),
                Arguments.of("too few", okJson("{\"results\":[]}")),
                Arguments.of("of others", okJson("{\"results\":[{\"episode_id\":\"x\",\"verdict\":\"ACCEPTED\"}]}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void whateverGoesWrongTheEpisodeWaitsAlsoAcrossARestart(String name, ResponseDefinitionBuilder answer) {
        String miner = miner();
        finished(miner, 0, 5);
        collector.collect();
        over(miner);
        COORDINATOR.stubFor(WireMock.post(PATH).willReturn(answer));
        restarted().bySchedule();
        assertThat(outbox.unreported(clock.instant(), 10)).as(name).hasSize(1);
        assertThat(rows("sla_violations WHERE reported_at IS NOT NULL")).isZero();

        theCoordinatorIsThere();
        restarted().bySchedule();
        assertThat(sent()).hasSize(1);
        assertThat(outbox.unreported(clock.instant(), 10)).isEmpty();
    }

    @Test
    void whatIsRefusedIsToldWhyHoldsNobodyUpAndIsTriedAgain() {
        List<String> miners = Stream.generate(this::miner).limit(5).toList();
        miners.forEach(miner -> finished(miner, 0, 5));
        collector.collect();
        miners.forEach(this::over);
        List<String> ids = jdbc.sql("SELECT id::text FROM sla_violations WHERE miner_id IS NOT NULL ORDER BY id")
                .query(String.class)
                .list();
        JUDGE.refused.add(ids.get(1));
        JUDGE.poison.add(ids.get(3));
        restarted().bySchedule();
        assertThat(rows("sla_violations WHERE reported_status = 'RESOLVED'")).isEqualTo(3);
        assertThat(jdbc.sql("SELECT report_error FROM sla_violations WHERE report_error IS NOT NULL ORDER BY id")
                        .query(String.class)
                        .list())
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo("REJECTED: ended_at lies ahead."),
                        second -> assertThat(second).startsWith("HTTP 422"));

        JUDGE.refused.clear();
        JUDGE.poison.clear();
        restarted().bySchedule();
        assertThat(rows("sla_violations WHERE reported_status = 'RESOLVED'"))
                .as("not at once")
                .isEqualTo(3);
        clock.advance(Duration.ofMinutes(61));
        restarted().bySchedule();
        assertThat(rows("sla_violations WHERE reported_status = 'RESOLVED' AND report_error IS NULL"))
                .isEqualTo(5);
    }

    @Test
    void whatBecomesExcusedWhileItIsOnItsWayIsReportedOnceMore() {
        String miner = miner();
        finished(miner, 0, 5);
        collector.collect();
        over(miner);
        ClosedEpisode onItsWay = outbox.unreported(clock.instant(), 1).get(0);
        jdbc.sql(
                        "UPDATE sla_violations SET status = 'EXCUSED', excused_at = now(), excused_by = 'x', excuse_reason = 'y'")
                .update();
        outbox.settle(List.of(new EpisodeOutbox.Verdict(onItsWay, null)), NOON, NOON);
        assertThat(outbox.unreported(clock.instant(), 9))
                .singleElement()
                .satisfies(episode -> assertThat(episode.revision()).isEqualTo(2));
    }

    @Test
    void thePoolsOwnCapacityIsNoMinersEpisode() {
        jdbc.sql("""
                INSERT INTO sla_violations (id, violation_type, severity, metric_value, threshold, resolved_at, created_at, status)
                VALUES (gen_random_uuid(), 'capacity_availability_pct', 'high', 10, 80, :to, :from, 'RESOLVED')
                """).param("from", utc(NOON)).param("to", utc(noonAnd("PT1H"))).update();
        assertThat(outbox.unreported(noonAnd("PT2H"), 9)).isEmpty();
    }

    /** Ends the miner's episode by better work. */
    private void over(String miner) {
        clock.set(noonAnd("PT5M"));
        finished(miner, 995, 0);
        collector.collect();
    }

    /** The sender of a hub that has just started on this database. */
    private EpisodeReports restarted() {
        CoordinatorClient client = new CoordinatorClient(
                HttpClient.newHttpClient(),
                settings,
                mapper,
                CircuitBreaker.ofDefaults("test"),
                Retry.of("test", RetryConfig.custom().maxAttempts(1).build()),
                Duration.ofSeconds(1));
        return new EpisodeReports(outbox, client, settings, mapper, clock);
    }

    /** All episodes that arrived, in order. */
    private static List<JsonNode> sent() {
        List<JsonNode> sent = new ArrayList<>();
        COORDINATOR
                .findAll(postRequestedFor(urlEqualTo(PATH)))
                .forEach(request ->
                        JUDGE.read(request.getBody()).path("episodes").forEach(sent::add));
        return sent;
    }

    private static JsonNode only(Iterable<JsonNode> nodes) {
        assertThat(nodes).hasSize(1);
        return nodes.iterator().next();
    }
}
