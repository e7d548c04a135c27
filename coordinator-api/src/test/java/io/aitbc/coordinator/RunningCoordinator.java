package io.aitbc.coordinator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.aitbc.testsupport.MutableClock;
import io.aitbc.testsupport.TestDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The coordinator on a database of its own, over real HTTP, at noon of 22 April 2026. All tests share one. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "COORDINATOR_OPERATOR_KEY=" + RunningCoordinator.OPERATOR,
            "COORDINATOR_VIEWER_KEY=" + RunningCoordinator.VIEWER,
            "COORDINATOR_API_KEY=" + RunningCoordinator.SERVICE,
            "POOLHUB_SERVICE_KEY=" + RunningCoordinator.HUB_KEY,
            "NOTIFY_ALLOW_TARGETS=localhost",
            "service.scheduling=false",
            "service.rate-limit-per-second=0",
            "management.prometheus.metrics.export.enabled=true",
            "logging.structured.format.console=",
            "logging.level.root=WARN"
        })
@Import(RunningCoordinator.TestClock.class)
public abstract class RunningCoordinator {

    protected static final String OPERATOR = "operator-key-for-tests";
    protected static final String VIEWER = "viewer-key-for-tests";
    protected static final String SERVICE = "service-key-for-tests";
    protected static final String HUB_KEY = "service-key-of-the-hub";
    protected static final Instant NOON = Instant.parse("2026-04-22T12:00:00Z");

    /** The pool-hub, played by the tests of jobs. */
    protected static final WireMockServer HUB =
            new WireMockServer(WireMockConfiguration.options().dynamicPort());

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /** An answer. */
    public record Answer(int status, HttpResponse<String> response, ObjectMapper json) {

        /** The body as JSON. */
        public JsonNode body() {
            try {
                return json.reader()
                        .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                        .readTree(response.body());
            } catch (java.io.IOException e) {
                throw new IllegalStateException("not JSON: " + response.body(), e);
            }
        }

        /** The slug of a problem. */
        public String problem() {
            return body().path("type").asText().replaceFirst(".*[:/]", "");
        }
    }

    @TestConfiguration
    static class TestClock {

        @Bean
        MutableClock testClock() {
            return new MutableClock(NOON);
        }
    }

    @Autowired
    protected MutableClock clock;

    @Autowired
    protected JdbcClient jdbc;

    @Autowired
    protected ObjectMapper json;

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        TestDatabase.register(registry);
        HUB.start();
        registry.add("POOLHUB_URL", HUB::baseUrl);
    }

    @BeforeEach
    void itIsNoon() {
        clock.set(NOON);
    }

    /** An id that no other test uses. */
    protected static String unique(String prefix) {
        return prefix + "-" + NUMBER.incrementAndGet();
    }

    /** A new tenant that is billed in dollars. */
    protected String tenant() {
        return tenant("USD", "UTC");
    }

    protected String tenant(String currency, String timezone) {
        String id = unique("tenant");
        post(OPERATOR, "/api/tenants", """
                {"tenant_id": "%s", "name": "Tenant", "currency": "%s", "timezone": "%s"}
                """.formatted(id, currency, timezone));
        return id;
    }

    /** Sees to it that tenants of a currency who name no plan are billed what their events bring. */
    protected void emptyDefaultPlan(String currency) {
        jdbc.sql("""
                WITH plan AS (INSERT INTO price_plans (plan, currency) VALUES ('default', :currency)
                    ON CONFLICT DO NOTHING RETURNING plan, currency)
                INSERT INTO price_versions (plan, currency, valid_from, minimum_commitment, waived_outcomes, sla_credits)
                SELECT plan, currency, timestamptz '1970-01-01 00:00:00Z', 0, ARRAY ['PROVIDER_FAULT', 'PREEMPTED'], '[]'
                FROM plan
                """).param("currency", currency).update();
    }

    /** How many rows each table has, and the newest transaction that wrote one: the same as before, nothing was written. */
    protected Map<String, String> everyTable() {
        Map<String, String> state = new TreeMap<>();
        for (String table : jdbc.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
                .query(String.class)
                .list()) {
            state.put(
                    table,
                    jdbc.sql("SELECT count(*) || ' rows, ' || coalesce(max(xmin::text::bigint), 0) FROM \"" + table
                                    + "\"")
                            .query(String.class)
                            .single());
        }
        if (!state.keySet().containsAll(List.of("audit_log", "invoices", "price_versions", "usage_ledger"))) {
            throw new IllegalStateException("these are not all tables: " + state.keySet());
        }
        return state;
    }

    /** A new key of the tenant. */
    protected String keyOf(String tenantId) {
        return post(OPERATOR, "/api/tenants/" + tenantId + "/keys", "{}")
                .body()
                .path("secret")
                .asText();
    }

    /** An event as the hub sends it; the last words are further fields, such as {@code , "job_id": "j"}. */
    protected static String event(String id, String tenantId, String resource, String quantity, String... further) {
        return """
                {"event_id": "%s", "source": "pool-1", "tenant_id": "%s", "resource_type": "%s", "quantity": %s,
                 "occurred_at": "2026-04-22T10:30:00Z"%s}""".formatted(id, tenantId, resource, quantity, String.join("", further))
                .replace("\n", "");
    }

    protected Answer usage(String body) {
        return post(SERVICE, "/api/billing/usage", body);
    }

    protected Answer get(String key, String path) {
        return send(key, "GET", path, null, "application/json");
    }

    /** A file; the answer must be 200. */
    protected byte[] file(String key, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + key)
                .build();
        try {
            HttpResponse<byte[]> response = HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(path + " answered " + response.statusCode());
            }
            return response.body();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    protected Answer post(String key, String path, String body) {
        return send(key, "POST", path, body, "application/json");
    }

    protected Answer send(
            String key, String method, String path, @Nullable String body, String type, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(60))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        if (body != null) {
            request.header("Content-Type", type);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response, json);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
