package io.aitbc.poolhub.usage;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.f4b6a3.uuid.UuidCreator;
import com.github.tomakehurst.wiremock.WireMockServer;
import io.aitbc.testsupport.MutableClock;
import io.aitbc.testsupport.TestDatabase;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

/** A hub with its database, a coordinator, and an empty outbox before each test. */
@SpringBootTest(
        classes = UsageTestApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "service.scheduling=false",
            "POOLHUB_OPERATOR_KEY=operator-key-for-tests",
            "POOLHUB_VIEWER_KEY=viewer-key-for-tests",
            "POOLHUB_SERVICE_KEY=service-key-of-the-coordinator",
            "POOLHUB_ENROLLMENT_TOKEN=enrollment-token-for-tests",
            "COORDINATOR_API_KEY=service-key-for-tests"
        })
abstract class UsageTest {

    static final LedgerDouble LEDGER = new LedgerDouble();
    static final WireMockServer COORDINATOR =
            new WireMockServer(options().dynamicPort().extensions(LEDGER));
    static final Instant NOW = UsageTestApplication.NOW;

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /** Beside the reply's words, its status and headers. */
    record Reply(int status, JsonNode body, HttpResponse<String> whole) {}

    @DynamicPropertySource
    static void surroundings(DynamicPropertyRegistry registry) {
        if (!COORDINATOR.isRunning()) {
            COORDINATOR.start();
        }
        TestDatabase.register(registry);
        registry.add("COORDINATOR_BILLING_URL", COORDINATOR::baseUrl);
    }

    @LocalServerPort
    int port;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    UsageEvents events;

    @Autowired
    TransactionTemplate transaction;

    @Autowired
    MutableClock clock;

    @Autowired
    CircuitBreaker breaker;

    @Autowired
    ObjectMapper json;

    @BeforeEach
    void startAnew() {
        jdbc.sql("TRUNCATE usage_events, usage_event_ids").update();
        clock.set(NOW);
        breaker.reset();
        LEDGER.forget();
        COORDINATOR.resetAll();
        coordinatorWorks();
    }

    void coordinatorWorks() {
        COORDINATOR.resetMappings();
        COORDINATOR.stubFor(post("/api/billing/usage").willReturn(aResponse().withTransformers(LedgerDouble.NAME)));
        COORDINATOR.stubFor(post("/api/billing/watermarks").willReturn(okJson("{}")));
    }

    List<UUID> given(int count) {
        List<UsageFact> facts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            facts.add(fact(NOW.minusSeconds(60L + i), "t-1", "1.5"));
        }
        return given(facts);
    }

    List<UUID> given(List<UsageFact> facts) {
        transaction.executeWithoutResult(status -> events.record(facts));
        return facts.stream().map(UsageFact::eventId).toList();
    }

    static UsageFact fact(Instant at, String tenant, String quantity) {
        return new UsageFact(
                UuidCreator.getTimeOrderedEpoch(),
                tenant,
                "m-1",
                "job-1",
                "gpu_hours",
                new BigDecimal(quantity),
                null,
                at,
                null,
                null,
                Map.of("gpu_count", 2),
                "hub");
    }

    long count(String state) {
        return jdbc.sql("SELECT count(*) FROM usage_events WHERE state = ?")
                .param(state)
                .query(Long.class)
                .single();
    }

    Reply operatorPosts(String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        return send(request, "operator-key-for-tests", headers);
    }

    Reply viewerGets(String path) {
        return send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)), "viewer-key-for-tests");
    }

    Reply send(HttpRequest.Builder request, String key, String... headers) {
        request.header("Authorization", "Bearer " + key).timeout(Duration.ofSeconds(30));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Reply(response.statusCode(), json.readTree(response.body()), response);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
