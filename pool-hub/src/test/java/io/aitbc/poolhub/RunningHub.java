package io.aitbc.poolhub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.aitbc.poolhub.miner.FleetMiner;
import io.aitbc.poolhub.miner.FleetView;
import io.aitbc.poolhub.miner.MinerGpus;
import io.aitbc.testsupport.MutableClock;
import io.aitbc.testsupport.TestDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.actuate.observability.AutoConfigureObservability;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The whole hub on real PostgreSQL, with a clock that the test sets and a coordinator that the test plays. */
@SpringBootTest(
        classes = {PoolHubApplication.class, RunningHub.TestClock.class},
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "service.scheduling=false",
            "RATE_LIMIT_PER_SECOND=0",
            // Which of the calls without a trace begin one is a throw of dice otherwise.
            "TRACING_SAMPLING=0",
            "POOLHUB_OPERATOR_KEY=" + RunningHub.OPERATOR,
            "POOLHUB_VIEWER_KEY=" + RunningHub.VIEWER,
            "POOLHUB_SERVICE_KEY=" + RunningHub.SERVICE,
            "POOLHUB_ENROLLMENT_TOKEN=" + RunningHub.ENROLLMENT,
            "COORDINATOR_API_KEY=service-key-of-the-test",
            "logging.level.root=WARN",
        })
@AutoConfigureObservability(tracing = false)
public abstract class RunningHub {

    protected static final String OPERATOR = "operator-key-of-the-test";
    protected static final String VIEWER = "viewer-key-of-the-test";
    protected static final String SERVICE = "service-key-for-this-hub";
    protected static final String ENROLLMENT = "enrollment-token-of-the-test";
    /** Where each test begins; within the months whose partitions exist. */
    protected static final Instant NOON = Clock.systemUTC()
            .instant()
            .truncatedTo(java.time.temporal.ChronoUnit.DAYS)
            .minus(Duration.ofHours(12));

    private static final TestDatabase DATABASE = TestDatabase.create();
    protected static final WireMockServer COORDINATOR =
            new WireMockServer(WireMockConfiguration.options().dynamicPort());

    static {
        COORDINATOR.start();
    }

    @TestConfiguration
    static class TestClock {
        @Bean
        @Primary
        MutableClock testClock() {
            return new MutableClock(NOON);
        }
    }

    @DynamicPropertySource
    static void properties(DynamicPropertyRegistry registry) {
        registry.add("spring.datasource.url", DATABASE::jdbcUrl);
        registry.add("spring.datasource.username", DATABASE::username);
        registry.add("spring.datasource.password", DATABASE::password);
        registry.add("COORDINATOR_BILLING_URL", COORDINATOR::baseUrl);
    }

    @LocalServerPort
    protected int port;

    @Autowired
    protected JdbcClient jdbc;

    @Autowired
    protected MutableClock clock;

    @Autowired
    protected ObjectMapper json;

    @Autowired
    private FleetView fleet;

    @Autowired
    private MinerGpus memory;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    @BeforeEach
    void startEmpty() {
        jdbc.sql("""
                TRUNCATE miner_status, miner_state_intervals, match_requests, match_results, job_outcomes, miner_trust,
                         sla_metrics, sla_current, sla_violations, sla_metrics_hourly, usage_events, usage_event_ids,
                         capacity_snapshots, capacity_hours, capacity_standing, capacity_recommendations,
                         capacity_alert_settings, capacity_alert_episodes, miners, gpu_samples, gpu_xid_events, miner_commands, gpus, gpu_alerts,
                         gpu_transitions, gpu_health_states, gpu_rule_sets, gpu_breaker_trips, gpu_leases,
                         jobs, job_attempts, job_events, job_claims, job_news
                """).update();
        jdbc.sql("UPDATE sla_watermarks SET seen_xid = '0', collected_at = '-infinity'")
                .update();
        jdbc.sql(
                        "UPDATE gpu_sweep SET seen_xid = pg_snapshot_xmin(pg_current_snapshot())::text::xid8, sweeps = sweeps + 1")
                .update();
        // The fleet in memory outlives the tables.
        memory.changed(fleet.snapshot().stream().map(FleetMiner::minerId).toList());
        clock.set(NOON);
        COORDINATOR.resetAll();
    }

    /** Registers a miner; its key is its id, made long enough. */
    protected String register(String minerId) {
        return register(minerId, "{}");
    }

    /** Registers a miner that says this of itself. */
    protected String register(String minerId, String description) {
        String key = "key-of-" + minerId + "-long-enough";
        String said = description.equals("{}") ? "" : "," + description.substring(1, description.length() - 1);
        post(
                        "/v1/miners/register",
                        ENROLLMENT,
                        "{\"miner_id\":\"" + minerId + "\",\"api_key\":\"" + key + "\"" + said + "}")
                .expect(201);
        return key;
    }

    /** One heartbeat now. */
    protected Answer beat(String key) {
        return post("/v1/miners/heartbeat", key, "{\"status\":\"ready\",\"current_jobs\":0}");
    }

    protected Answer get(String path, @Nullable String key) {
        return send("GET", path, key, null);
    }

    protected Answer post(String path, @Nullable String key, String body) {
        return send("POST", path, key, body);
    }

    protected Answer send(String method, String path, @Nullable String key, @Nullable String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return new Answer(http.send(request.build(), HttpResponse.BodyHandlers.ofString()), json);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What the hub answered. */
    protected record Answer(HttpResponse<String> response, ObjectMapper json) {

        public int status() {
            return response.statusCode();
        }

        public String body() {
            return response.body();
        }

        /** Fails unless the status is this one; then the body as JSON. */
        public JsonNode expect(int status) {
            if (response.statusCode() != status) {
                throw new AssertionError(
                        "expected " + status + ", was " + response.statusCode() + ": " + response.body());
            }
            try {
                return json.readTree(response.body());
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
