package io.aitbc.monitoring.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * Prometheus' HTTP API. Every call ends with its answer, with {@link PrometheusRefused} when it says no, or with
 * {@link PrometheusAway} when it says nothing within its time.
 */
@Component
public class PrometheusClient {

    /** No answer is read beyond this. */
    private static final int MOST_BYTES = 64 << 20;

    /**
     * What a call of the API gives.
     *
     * @param data its {@code data}
     * @param warnings its {@code warnings} and {@code infos}, as they are
     */
    public record Reply(JsonNode data, List<String> warnings) {}

    private final URI base;
    private final Duration timeout;
    private final ObjectMapper json;
    private final HttpClient http;

    PrometheusClient(PrometheusSettings settings, ObjectMapper json) {
        this.base = settings.url();
        this.timeout = Duration.ofSeconds(settings.timeoutSeconds());
        this.json = json;
        this.http = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(5))
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** Where it answers. */
    public URI url() {
        return base;
    }

    /** Evaluates an expression at one time. */
    public Reply query(String promql, Instant time) {
        return post("/api/v1/query", Map.of("query", promql, "time", seconds(time)));
    }

    /** Evaluates an expression at each step of [start, end]; Prometheus refuses more than 11,000 points a series. */
    public Reply queryRange(String promql, Instant start, Instant end, Duration step) {
        return post(
                "/api/v1/query_range",
                Map.of(
                        "query",
                        promql,
                        "start",
                        seconds(start),
                        "end",
                        seconds(end),
                        "step",
                        Double.toString(step.toNanos() / 1e9)));
    }

    /** A GET of its API, such as {@code /api/v1/targets}. */
    public Reply get(String path) {
        return reply(send(HttpRequest.newBuilder(at(path)).GET()));
    }

    /** Whether {@code /-/ready} says that it is. */
    public boolean isReady() {
        return send(HttpRequest.newBuilder(at("/-/ready")).GET()).status() == 200;
    }

    /** Has it read its configuration file again; it answers once it has. */
    public void reload() {
        Answer answer = send(HttpRequest.newBuilder(at("/-/reload")).POST(HttpRequest.BodyPublishers.noBody()));
        if (answer.status() != 200) {
            throw new PrometheusRefused(answer.status(), "", text(answer));
        }
    }

    private record Answer(int status, byte[] body) {}

    private Reply post(String path, Map<String, String> form) {
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return reply(send(HttpRequest.newBuilder(at(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body))));
    }

    private Reply reply(Answer answer) {
        JsonNode body;
        try {
            body = json.readTree(answer.body());
        } catch (IOException e) {
            throw new PrometheusAway(
                    "What answers at " + base + " is not Prometheus: " + answer.status() + " " + text(answer), e);
        }
        if (body.path("status").asText().equals("success")) {
            List<String> warnings = new ArrayList<>();
            body.path("warnings").forEach(warning -> warnings.add(warning.asText()));
            body.path("infos").forEach(info -> warnings.add(info.asText()));
            return new Reply(body.path("data"), warnings);
        }
        if (!body.has("error")) {
            throw new PrometheusAway(
                    "What answers at " + base + " is not Prometheus: " + answer.status() + " " + text(answer));
        }
        throw new PrometheusRefused(
                answer.status(),
                body.path("errorType").asText(),
                body.path("error").asText());
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<InputStream> response =
                    http.send(request.timeout(timeout).build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                byte[] read = body.readNBytes(MOST_BYTES + 1);
                if (read.length > MOST_BYTES) {
                    throw new PrometheusRefused(
                            response.statusCode(), "", "The answer has more than 64 MiB; ask for less at once.");
                }
                return new Answer(response.statusCode(), read);
            }
        } catch (IOException e) {
            throw new PrometheusAway("Prometheus does not answer at " + base + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PrometheusAway("The question to Prometheus was given up.", e);
        }
    }

    private URI at(String path) {
        return URI.create(base.toString().replaceFirst("/+$", "") + path);
    }

    private static String seconds(Instant time) {
        return "%d.%09d".formatted(time.getEpochSecond(), time.getNano());
    }

    private static String text(Answer answer) {
        String text = new String(answer.body(), StandardCharsets.UTF_8).strip();
        return text.substring(0, Math.min(text.length(), 500));
    }
}
