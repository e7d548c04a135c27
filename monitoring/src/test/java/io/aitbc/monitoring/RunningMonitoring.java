package io.aitbc.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.testsupport.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The monitoring service on a database of its own, over real HTTP. Its Prometheus is {@link RealPrometheus}, where installed. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "MONITORING_OPERATOR_KEY=" + RunningMonitoring.OPERATOR,
            "MONITORING_VIEWER_KEY=" + RunningMonitoring.VIEWER,
            "DEPLOYMENT_MODE=production",
            "service.rate-limit-per-second=0",
            "management.prometheus.metrics.export.enabled=true",
            "logging.structured.format.console=",
            "logging.level.root=WARN"
        })
public abstract class RunningMonitoring {

    public static final String OPERATOR = "operator-key-for-tests";
    public static final String VIEWER = "viewer-key-for-tests";

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /** An answer. */
    public record Answer(int status, HttpResponse<String> response, ObjectMapper json) {

        /** The body as JSON. */
        public JsonNode body() {
            try {
                return json.readTree(response.body());
            } catch (IOException e) {
                throw new IllegalStateException("not JSON: " + response.body(), e);
            }
        }

        /** The slug of a problem. */
        public String problem() {
            return body().path("type").asText().replaceFirst(".*[:/]", "");
        }
    }

    @Autowired
    protected JdbcClient jdbc;

    @Autowired
    protected ObjectMapper json;

    @LocalServerPort
    protected int port;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        TestDatabase.register(registry);
        registry.add("PROMETHEUS_URL", RealPrometheus::sharedUrl);
    }

    /** An id that no other test uses. */
    protected static String unique(String prefix) {
        return prefix + "-" + NUMBER.incrementAndGet();
    }

    protected Answer get(String key, String path) {
        return send(key, "GET", path, null);
    }

    protected Answer post(String key, String path, String body) {
        return send(key, "POST", path, body);
    }

    protected Answer send(String key, String method, String path, @Nullable String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(120))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        if (body != null) {
            request.header("Content-Type", "application/json");
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
}
