package io.aitbc.agent.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Calls one service. Every call ends within its deadline, whatever the other side does: refuses, hangs before the
 * headers, or trickles a body. Redirects are not followed, so that a key never travels to a host that nobody named.
 */
public final class ServiceClient {

    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
    private static final int LONGEST_SENTENCE = 400;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_WITHIN)
            .build();
    private final ServiceUrl base;
    private final Clock clock;

    public ServiceClient(ServiceUrl base, Clock clock) {
        this.base = base;
        this.clock = clock;
    }

    /** Posts JSON. The future never fails: see {@link Reply}. */
    public CompletableFuture<Reply> post(String path, String key, Object body, Duration within) {
        return send(path, key, "application/json", Json.write(body), within);
    }

    /** Gets JSON. The future never fails either. */
    public CompletableFuture<Reply> get(String path, String key, Duration within) {
        return send(request(path, key, within).GET().build(), within);
    }

    /** Posts lines of JSON that are already written, one per line. */
    public CompletableFuture<Reply> postLines(String path, String key, String lines, Duration within) {
        return send(path, key, "application/x-ndjson", lines, within);
    }

    private CompletableFuture<Reply> send(String path, String key, String type, String body, Duration within) {
        HttpRequest request = request(path, key, within)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return send(request, within);
    }

    private HttpRequest.Builder request(String path, String key, Duration within) {
        return HttpRequest.newBuilder(base.resolve(path))
                .timeout(within)
                .header("Authorization", "Bearer " + key)
                .header("Accept", "application/json, application/problem+json");
    }

    private CompletableFuture<Reply> send(HttpRequest request, Duration within) {
        CompletableFuture<HttpResponse<String>> exchange =
                http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
        // The request's own timeout ends with the headers; this one also covers the body.
        return exchange.thenApply(this::read)
                .orTimeout(within.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> {
                    exchange.cancel(true);
                    return new Reply.Unavailable(null, explain(failure, within));
                });
    }

    private Reply read(HttpResponse<String> response) {
        int status = response.statusCode();
        JsonNode body = parse(response.body());
        if (status / 100 == 2) {
            return body == null
                    ? new Reply.Unavailable(null, base + " answered " + status + " with something that is not JSON")
                    : new Reply.Accepted(body);
        }
        String detail = sentence(status, body);
        if (status == 408 || status == 425 || status == 429 || status >= 500) {
            return new Reply.Unavailable(
                    response.headers()
                            .firstValue("Retry-After")
                            .map(header -> RetryAfter.parse(header, clock.instant()))
                            .orElse(null),
                    detail);
        }
        return new Reply.Refused(status, problem(body), detail);
    }

    private static @Nullable JsonNode parse(String text) {
        if (text.isBlank()) {
            return MissingNode.getInstance();
        }
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException notJson) {
            return null;
        }
    }

    private static String problem(@Nullable JsonNode body) {
        String type = body == null ? "" : body.path("type").asText("");
        return type.substring(Math.max(type.lastIndexOf('/'), type.lastIndexOf(':')) + 1);
    }

    /** The service's words go to a log and a terminal: bounded, and nothing in them may act as a control sequence. */
    private String sentence(int status, @Nullable JsonNode body) {
        String detail = "";
        if (body != null) {
            detail = body.path("detail").asText(body.path("title").asText(""));
            if (!body.path("errors").isMissingNode()) {
                detail = detail + " " + body.path("errors");
            }
        }
        detail = detail.replaceAll("\\p{Cntrl}", " ").strip();
        if (detail.length() > LONGEST_SENTENCE) {
            detail = detail.substring(0, LONGEST_SENTENCE) + "…";
        }
        return base + " answered " + status + (detail.isEmpty() ? "" : ": " + detail);
    }

    private String explain(Throwable failure, Duration within) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof TimeoutException || cause instanceof HttpTimeoutException) {
            return base + " did not answer within " + within.toMillis() + " ms";
        }
        if (cause instanceof ConnectException) {
            return "no connection to " + base;
        }
        return base + " could not be reached: "
                + (cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
    }

    /** Where a call goes; for messages. */
    public URI address() {
        return base.uri();
    }
}
