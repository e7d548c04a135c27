package io.aitbc.poolhub.miner;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.poolhub.HubWithMiners;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The short way of heartbeats answers what the ordinary way answers. Without a declared length they go the ordinary way. */
class HeartbeatLaneTest extends HubWithMiners {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    @LocalServerPort
    private int hub;

    @Autowired
    private MeterRegistry meters;

    @Test
    void aGoodHeartbeatGoesTheShortWay() throws Exception {
        String id = enrol();
        HttpResponse<String> shortWay = send(keyOf(id), "application/json", declared("{\"status\":\"ready\"}"));
        HttpResponse<String> ordinary = send(keyOf(id), "application/json", undeclared("{\"status\":\"ready\"}"));
        // Only the ordinary way has all the headers of the security chain.
        assertThat(shortWay.headers().firstValue("X-Frame-Options")).isEmpty();
        assertThat(ordinary.headers().firstValue("X-Frame-Options")).isPresent();
        assertThat(shortWay.headers().firstValue("X-Request-Id")).isPresent();
        assertThat(shortWay.headers().firstValue("Content-Type"))
                .isEqualTo(ordinary.headers().firstValue("Content-Type"));
        assertThat(shortWay.body()).isEqualTo(ordinary.body());
        assertThat(shortWay.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"status\":\"degraded\",\"current_jobs\":2}",
                "{\"miner_id\":\"somebody-else\"}",
                "{\"current_jobs\":-1}",
                "{\"current_jobs\":1.5}",
                "{\"current_jobs\":\"many\"}",
                "{\"gpu_utilization\":NaN}",
                "{\"memory_used\":1e400}",
                "{\"status\":{}}",
                "{\"status\":\"a\\u0000b\"}",
                "{\"status\":\"ready\"",
                "{\"status\":\"ready\"} trailing",
                "null",
                "[]",
                "[{}]",
                "42",
                "\"ready\"",
                "nonsense",
                "  "
            })
    void bothWaysAnswerAlike(String body) throws Exception {
        String id = enrol();
        same(keyOf(id), "application/json", body);
        same("no-such-key-at-all", "application/json", body);
        same(OPERATOR, "application/json", body);
        same("", "application/json", body);
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain",
        "application/json;charset=UTF-8",
        "application/json;charset=ISO-8859-1",
        "application/jsonl"
    })
    void alsoWithOtherContentTypes(String type) throws Exception {
        same(keyOf(enrol()), type, "{\"status\":\"bereit für Arbeit\"}");
    }

    @Test
    void aMinerThatWasRemovedIsRefused() throws Exception {
        String id = enrol();
        assertThat(send(keyOf(id), "application/json", declared("{}")).statusCode())
                .isEqualTo(200);
        delete(OPERATOR, "/v1/miners/" + id + "?force=true");
        same(keyOf(id), "application/json", "{}");
    }

    @Test
    void theyAreCountedByTheirPath() throws Exception {
        send(keyOf(enrol()), "application/json", declared("{}"));
        assertThat(meters.find("http.server.requests")
                        .tag("uri", "/v1/miners/heartbeat")
                        .tag("status", "200")
                        .timers())
                .hasSize(1);
    }

    private void same(String key, String type, String body) throws Exception {
        HttpResponse<String> shortWay = send(key, type, declared(body));
        HttpResponse<String> ordinary = send(key, type, undeclared(body));
        assertThat(shortWay.statusCode()).as(shortWay.body()).isEqualTo(ordinary.statusCode());
        assertThat(shortWay.body()).isEqualTo(ordinary.body());
        assertThat(shortWay.headers().firstValue("Content-Type"))
                .isEqualTo(ordinary.headers().firstValue("Content-Type"));
    }

    private static BodyPublisher declared(String body) {
        return BodyPublishers.ofString(body);
    }

    private static BodyPublisher undeclared(String body) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
    }

    private HttpResponse<String> send(String key, String type, BodyPublisher body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + hub + "/v1/miners/heartbeat"))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", type)
                .POST(body);
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
