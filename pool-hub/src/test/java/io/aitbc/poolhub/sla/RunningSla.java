package io.aitbc.poolhub.sla;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.testsupport.MutableClock;
import io.aitbc.testsupport.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/** The hub on a database of its own, at noon of 22 April 2026, with miners whose past a test writes. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "POOLHUB_OPERATOR_KEY=" + RunningSla.OPERATOR,
            "POOLHUB_VIEWER_KEY=" + RunningSla.VIEWER,
            "POOLHUB_SERVICE_KEY=service-key-of-the-coordinator",
            "POOLHUB_ENROLLMENT_TOKEN=" + RunningSla.ENROLLMENT,
            "COORDINATOR_API_KEY=service-key-for-tests",
            "service.scheduling=false",
            "service.rate-limit-per-second=0",
            "management.prometheus.metrics.export.enabled=true",
            "logging.structured.format.console=",
            "logging.level.root=WARN"
        })
@Import(RunningSla.TestClock.class)
abstract class RunningSla {

    static final String OPERATOR = "operator-key-for-tests";
    static final String VIEWER = "viewer-key-for-tests";
    static final String ENROLLMENT = "enrollment-token-for-tests";
    static final Instant NOON = Instant.parse("2026-04-22T12:00:00Z");

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /** An answer; its body is JSON where {@link #body} is asked. */
    record Answer(int status, HttpResponse<String> response, ObjectMapper json) {
        JsonNode body() {
            try {
                return json.readTree(response.body());
            } catch (IOException e) {
                throw new UncheckedIOException(response.body(), e);
            }
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
    MutableClock clock;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    SlaCollector collector;

    @Autowired
    CollectionRun run;

    @Autowired
    private ObjectMapper json;

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        TestDatabase.register(registry);
    }

    @BeforeEach
    void nothingHappenedYet() {
        clock.set(NOON);
        jdbc.sql("""
                TRUNCATE miners, miner_status, miner_state_intervals, match_results, job_outcomes, sla_metrics, sla_current,
                         sla_violations, sla_metrics_hourly CASCADE
                """).update();
        jdbc.sql("UPDATE sla_watermarks SET seen_xid = '0', collected_at = '-infinity'")
                .update();
    }

    /** An approved miner that has just beaten, without a past. */
    String miner() {
        String id = "m-" + NUMBER.incrementAndGet();
        jdbc.sql("""
                INSERT INTO miners (miner_id, api_key_hash, enrollment, registered_at, updated_at)
                VALUES (:id, encode(sha256(:id::bytea), 'hex'), 'APPROVED', :now, :now)
                """).param("id", id).param("now", utc(NOON)).update();
        jdbc.sql("INSERT INTO miner_status (miner_id, state, down_after) VALUES (:id, 'UP', 'infinity')")
                .param("id", id)
                .update();
        return id;
    }

    /** The miner was in a state between two instants before or after noon, such as {@code -PT3H}; "" has not ended. */
    void was(String miner, String state, String from, String to) {
        jdbc.sql("""
                INSERT INTO miner_state_intervals (id, miner_id, state, started_at, ended_at)
                VALUES (gen_random_uuid(), :miner, :state, :from, :to)
                """)
                .param("miner", miner)
                .param("state", state)
                .param("from", utc(noonAnd(from)))
                .param("to", to.isEmpty() ? null : utc(noonAnd(to)))
                .update();
    }

    /** Matches that the miner answered, the last just now. */
    void answered(String miner, List<Double> etas) {
        jdbc.sql("""
                INSERT INTO match_results (id, job_id, miner_id, eta_ms, created_at)
                SELECT gen_random_uuid(), 'j', :miner, eta, :now::timestamptz - (n || ' s')::interval
                FROM unnest(:etas::float8[]) WITH ORDINALITY AS e (eta, n)
                """)
                .param("miner", miner)
                .param("etas", etas.toArray(Double[]::new))
                .param("now", utc(clock.instant()))
                .update();
    }

    /** Work that ended just now. */
    void finished(String miner, int completed, int failed) {
        jdbc.sql("""
                INSERT INTO job_outcomes (id, job_id, miner_id, outcome, recorded_at)
                SELECT gen_random_uuid(), gen_random_uuid()::text, :miner,
                       CASE WHEN n <= :completed THEN 'completed' ELSE 'failed' END, :now
                FROM generate_series(1, :all) n
                """)
                .param("miner", miner)
                .param("completed", completed)
                .param("all", completed + failed)
                .param("now", utc(clock.instant()))
                .update();
    }

    /** The current value; empty when there is none. */
    Optional<Double> value(String miner, String type) {
        return current(miner, type).map(row -> (Double) row.get("metric_value"));
    }

    Optional<Map<String, Object>> current(String miner, String type) {
        return jdbc.sql("""
                        SELECT c.*, metadata ->> 'coverage' AS coverage
                        FROM sla_current c JOIN sla_metrics m ON m.id = c.metric_id AND m.timestamp = c.recorded_at
                        WHERE c.miner_id = :miner AND c.metric_type = :type
                        """).param("miner", miner).param("type", type).query().listOfRows().stream()
                .findFirst();
    }

    double coverage(String miner) {
        return Double.parseDouble(
                (String) current(miner, MetricTypes.UPTIME).orElseThrow().get("coverage"));
    }

    /** The episodes of a miner and metric, oldest first. */
    List<Violation> episodes(String miner, String type) {
        return jdbc.sql("SELECT " + Violation.COLUMNS
                        + " FROM sla_violations WHERE miner_id = :miner AND violation_type = :type ORDER BY created_at")
                .param("miner", miner)
                .param("type", type)
                .query(Violation.ROW)
                .list();
    }

    int rows(String table) {
        return jdbc.sql("SELECT count(*) FROM " + table).query(Integer.class).single();
    }

    Answer get(String key, String path, String... headers) {
        return send(key, "GET", path, null, headers);
    }

    Answer post(String key, String path, String body) {
        return send(key, "POST", path, body, "Content-Type", "application/json");
    }

    private Answer send(String key, String method, String path, @Nullable String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(60))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response, json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static Instant noonAnd(String duration) {
        return NOON.plus(Duration.parse(duration));
    }

    static java.time.OffsetDateTime utc(Instant instant) {
        return instant.atOffset(java.time.ZoneOffset.UTC);
    }
}
