package io.aitbc.monitoring.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
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

    /** The most points that Prometheus gives of a series in one answer. */
    public static final int POINTS_AT_ONCE = 11_000;

    /** The most points of a series that {@link #queryRange} joins. */
    public static final int MOST_POINTS = 100 * POINTS_AT_ONCE;

    /** No answer is read beyond this, nor several that are joined. */
    private static final int MOST_BYTES = 32 << 20;

    /**
     * What a call of the API gives.
     *
     * @param data its {@code data}
     * @param warnings its {@code warnings}, as they are
     * @param infos its {@code infos}, as they are; from Prometheus 3 on
     */
    public record Reply(JsonNode data, List<String> warnings, List<String> infos) {

        public Reply {
            warnings = List.copyOf(warnings);
            infos = List.copyOf(infos);
        }
    }

    private final URI base;
    private final ObjectMapper json;
    private final PrometheusHttp http;
    private final String patience;

    PrometheusClient(PrometheusSettings settings, ObjectMapper json) {
        this.base = settings.url();
        this.json = json;
        this.http = new PrometheusHttp(base, Duration.ofSeconds(settings.timeoutSeconds()));
        // A little less than ours: what takes too long is Prometheus' answer then, not its silence.
        this.patience = Math.max(500, settings.timeoutSeconds() * 1000 - 1000) + "ms";
    }

    /** Where it answers. */
    public URI url() {
        return base;
    }

    /** Evaluates an expression at one time. */
    public Reply query(String promql, Instant time) {
        return reply(
                post("/api/v1/query", Map.of("query", promql, "time", seconds(time), "timeout", patience), MOST_BYTES));
    }

    /**
     * Evaluates an expression at start, start + step, … up to end. What is more than Prometheus gives at once is asked for in parts
     * and joined. Native histograms are left out.
     *
     * @param start to the millisecond, as Prometheus counts; what is finer is cut off, here and in {@code end}
     * @param step whole milliseconds, at least one; at most {@value #MOST_POINTS} of them from start to end
     */
    public Reply queryRange(String promql, Instant start, Instant end, Duration step) {
        RangeParts parts = RangeParts.of(start, end, step);
        RangeJoin join = new RangeJoin(json);
        int left = MOST_BYTES;
        for (RangeParts.Part part : parts.parts()) {
            PrometheusHttp.Answer answer = post(
                    "/api/v1/query_range",
                    Map.of(
                            "timeout",
                            patience,
                            "query",
                            promql,
                            "start",
                            seconds(part.start()),
                            "end",
                            seconds(part.end()),
                            "step",
                            RangeParts.text(step)),
                    left);
            left -= answer.body().length;
            join.add(reply(answer));
        }
        return join.joined();
    }

    /** A GET of its API, such as {@code /api/v1/targets}. */
    public Reply get(String path) {
        return reply(http.send(http.to(path).GET(), MOST_BYTES));
    }

    /** Whether {@code /-/healthy} says that it is. */
    public boolean isHealthy() {
        return http.send(http.to("/-/healthy").GET(), MOST_BYTES).status() == 200;
    }

    /** Whether {@code /-/ready} says that it is. */
    public boolean isReady() {
        return http.send(http.to("/-/ready").GET(), MOST_BYTES).status() == 200;
    }

    /** Has it read its configuration file again; it answers once it has. */
    public void reload() {
        PrometheusHttp.Answer answer =
                http.send(http.to("/-/reload").POST(HttpRequest.BodyPublishers.noBody()), MOST_BYTES);
        if (answer.status() != 200) {
            throw new PrometheusRefused(answer.status(), "", answer.text());
        }
    }

    private PrometheusHttp.Answer post(String path, Map<String, String> form, int mostBytes) {
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return http.send(
                http.to(path)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body)),
                mostBytes);
    }

    private Reply reply(PrometheusHttp.Answer answer) {
        JsonNode body;
        try {
            body = json.readTree(answer.body());
        } catch (IOException e) {
            throw new PrometheusAway(notPrometheus(answer), e);
        }
        if (body.path("status").asText().equals("success")) {
            return new Reply(body.path("data"), texts(body.path("warnings")), texts(body.path("infos")));
        }
        if (!body.has("error")) {
            throw new PrometheusAway(notPrometheus(answer));
        }
        throw new PrometheusRefused(
                answer.status(),
                body.path("errorType").asText(),
                body.path("error").asText());
    }

    private String notPrometheus(PrometheusHttp.Answer answer) {
        return "What answers at " + base + " is not Prometheus, or is not ready: " + answer.status() + " "
                + answer.text();
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static String seconds(Instant time) {
        return "%d.%03d".formatted(time.getEpochSecond(), time.getNano() / 1_000_000);
    }
}
