package io.aitbc.poolhub;

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
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
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

/** The hub on a database of its own, spoken to over HTTP, with a clock that the test moves. All such tests share one. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "POOLHUB_OPERATOR_KEY=" + HubWithMiners.OPERATOR,
            "POOLHUB_VIEWER_KEY=" + HubWithMiners.VIEWER,
            "POOLHUB_SERVICE_KEY=service-key-of-the-coordinator",
            "POOLHUB_ENROLLMENT_TOKEN=" + HubWithMiners.ENROLLMENT,
            "COORDINATOR_API_KEY=service-key-for-tests",
            "service.scheduling=false",
            "service.rate-limit-per-second=0",
            "logging.structured.format.console=",
            "logging.level.root=WARN"
        })
@Import(HubWithMiners.TestClock.class)
public abstract class HubWithMiners {

    public static final String OPERATOR = "operator-key-for-tests";
    public static final String VIEWER = "viewer-key-for-tests";
    public static final String ENROLLMENT = "enrollment-token-for-tests";
    public static final String NOBODY = "";

    /** The database's own clock decides little, but it decides some: tests stay near it. */
    public static final Instant START = Instant.now().truncatedTo(ChronoUnit.HOURS);

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /** An answer and, where it has one, its JSON body. */
    public record Answer(
            int status,
            String text,
            JsonNode body,
            @Nullable String link) {}

    @TestConfiguration
    static class TestClock {

        @Bean
        MutableClock testClock() {
            return new MutableClock(START);
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
    }

    @BeforeEach
    void anHourBegins() {
        clock.set(START);
    }

    /** A name that no other test uses. */
    protected static String fresh(String prefix) {
        return prefix + "-" + NUMBER.incrementAndGet();
    }

    /** The key that {@link #enrol} gives a miner. */
    protected static String keyOf(String minerId) {
        return "key-of-" + minerId + "-long-enough";
    }

    /** Registers an approved miner; {@code more} is further JSON members, such as {@code "region": "eu"}. */
    protected String enrol(String more) {
        String id = fresh("m");
        Answer answer = post(
                ENROLLMENT,
                "/v1/miners/register",
                "{\"miner_id\": \"%s\", \"api_key\": \"%s\"%s}"
                        .formatted(id, keyOf(id), more.isEmpty() ? "" : ", " + more));
        if (answer.status() != 201) {
            throw new AssertionError("registering answered " + answer);
        }
        return id;
    }

    protected String enrol() {
        return enrol("");
    }

    /** One heartbeat now. */
    protected Answer beat(String minerId) {
        return beat(minerId, "{\"status\": \"ready\"}");
    }

    protected Answer beat(String minerId, String body) {
        return post(keyOf(minerId), "/v1/miners/heartbeat", body);
    }

    /** Moves the clock to so long after {@link #START}, such as {@code PT90S}. */
    protected void at(String afterStart) {
        clock.set(START.plus(Duration.parse(afterStart)));
    }

    /** The miner's intervals as text, oldest first: {@code UP PT0S..PT5M} after {@link #START}; no end while it lasts. */
    protected List<String> intervals(String minerId) {
        return jdbc.sql("""
                SELECT state, started_at, ended_at FROM miner_state_intervals WHERE miner_id = :id
                ORDER BY started_at, state
                """)
                .param("id", minerId)
                .query((row, n) -> row.getString(1) + " "
                        + since(row.getTimestamp(2).toInstant()) + ".."
                        + (row.getTimestamp(3) == null
                                ? ""
                                : since(row.getTimestamp(3).toInstant())))
                .list();
    }

    private static Duration since(Instant instant) {
        return Duration.between(START, instant);
    }

    protected int count(String sql, Object... parameters) {
        return jdbc.sql(sql).params(parameters).query(Integer.class).single();
    }

    protected static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    protected Answer get(String key, String path) {
        return send(key, "GET", path, null);
    }

    protected Answer post(String key, String path, String body) {
        return send(key, "POST", path, body);
    }

    protected Answer patch(String key, String path, String body) {
        return send(key, "PATCH", path, body);
    }

    protected Answer delete(String key, String path) {
        return send(key, "DELETE", path, null);
    }

    private Answer send(String key, String method, String path, @Nullable String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        try {
            HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            String text = response.body();
            return new Answer(
                    response.statusCode(),
                    text,
                    json.readTree(text.isEmpty() ? "null" : text),
                    response.headers().firstValue("Link").orElse(null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
