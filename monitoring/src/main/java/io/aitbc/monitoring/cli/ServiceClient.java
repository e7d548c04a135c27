package io.aitbc.monitoring.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.aitbc.service.web.BoundedBody;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The service's REST API. Every call ends: with an answer, or by failing. */
final class ServiceClient {

    /** An answer of 2xx. */
    record Answer(int status, JsonNode body, @Nullable String location) {}

    private static final int MOST_BYTES = 64 << 20;
    private static final Duration LONGEST = Duration.ofSeconds(150);
    private static final Duration LONGEST_DOWNLOAD = Duration.ofMinutes(15);

    private final URI base;
    private final String key;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(10))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    ServiceClient(URI base, String key) {
        this.base = base;
        this.key = key;
    }

    /** Part of a path, such as a session's id, whatever it holds. */
    static String part(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    Answer get(String path) {
        return call(request(path).GET());
    }

    Answer post(String path, JsonNode body) {
        return call(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    Answer delete(String path) {
        return call(request(path).DELETE());
    }

    /** Writes what is at a path to a file. */
    void download(String path, Path file) {
        BodyHandler<Path> handler = head -> new BoundedFile(
                head.statusCode() == 200 ? BodySubscribers.ofFile(file) : BodySubscribers.replacing(file));
        HttpResponse<Path> answer = send(request(path).GET(), handler, LONGEST_DOWNLOAD);
        if (answer.statusCode() != 200) {
            throw failure(answer.statusCode(), JsonNodeFactory.instance.missingNode());
        }
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).header("Accept", "application/json, */*");
        if (!key.isEmpty()) {
            if (!key.matches("[\\x21-\\x7e]{1,512}")) {
                throw Failed.refused(
                        401, "the key holds characters that no key has", JsonNodeFactory.instance.missingNode());
            }
            request.header("Authorization", "Bearer " + key);
        }
        return request;
    }

    private Answer call(HttpRequest.Builder request) {
        HttpResponse<byte[]> answer = send(request, BoundedBody.handler(MOST_BYTES), LONGEST);
        JsonNode body;
        try {
            body = Json.read(answer.body());
        } catch (IOException e) {
            body = null;
        }
        int status = answer.statusCode();
        if (status / 100 != 2) {
            throw failure(status, body == null ? JsonNodeFactory.instance.missingNode() : body);
        }
        if (body == null) {
            throw Failed.away(
                    "What answers at " + base + " is not the monitoring service: it sends no JSON. Is --url right?");
        }
        return new Answer(status, body, answer.headers().firstValue("Location").orElse(null));
    }

    private Failed failure(int status, JsonNode problem) {
        String detail = problem.path("detail").asText("");
        if (status / 100 == 4) {
            return Failed.refused(status, detail.isEmpty() ? "it says no more" : detail, problem);
        }
        if (detail.isEmpty()) {
            return Failed.away(
                    "What answers at " + base + " says " + status + " and no more. Is --url right?", problem);
        }
        return Failed.away("The service cannot (" + status + "): " + detail, problem);
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, BodyHandler<T> handler, Duration longest) {
        CompletableFuture<HttpResponse<T>> coming = http.sendAsync(request.build(), handler);
        try {
            return coming.get(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            coming.cancel(true);
            throw Failed.away("The service at " + base + " does not answer within " + longest.toSeconds() + " s.");
        } catch (ExecutionException e) {
            throw unreached(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            coming.cancel(true);
            Thread.currentThread().interrupt();
            throw Failed.away("Interrupted.");
        }
    }

    private Failed unreached(Throwable cause) {
        if (cause instanceof BoundedFile.NotWritten) {
            return Failed.local(String.valueOf(cause.getMessage()));
        }
        String why = cause instanceof ConnectException
                ? "nobody accepts the connection"
                : cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return Failed.away(
                "The service does not answer at " + base + ": " + why + ". Is it running, and is --url right?");
    }
}
