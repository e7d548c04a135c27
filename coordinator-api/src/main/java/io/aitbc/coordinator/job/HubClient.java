package io.aitbc.coordinator.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.service.web.BoundedBody;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Tells the pool-hub something: bounded in time and size, and not at all while it is known to be away. */
final class HubClient {

    /** The pool-hub cannot be told now. */
    static final class HubAway extends IOException {

        private static final long serialVersionUID = 1L;

        private final boolean arrived;

        HubAway(String sentence, boolean arrived, @Nullable Throwable cause) {
            super(sentence, cause);
            this.arrived = arrived;
        }

        String sentence() {
            return String.valueOf(getMessage());
        }

        /** False when it is certain that nothing arrived. */
        boolean mayHaveArrived() {
            return arrived;
        }
    }

    /**
     * An answer below 500.
     *
     * @param problem the slug of its problem; empty when it is none
     * @param detail what it says, in words
     */
    record Reply(int status, String problem, String detail) {}

    private static final int MOST_BYTES = 4 * 1024 * 1024;
    private static final int MOST_WORDS = 500;

    private final HttpClient http;
    private final HubSettings settings;
    private final ObjectMapper json;
    private final CircuitBreaker breaker;
    private final Duration timeout;

    /**
     * A way to the pool-hub.
     *
     * @param timeout for an answer, to its last byte
     */
    HubClient(HttpClient http, HubSettings settings, ObjectMapper json, CircuitBreaker breaker, Duration timeout) {
        this.http = http;
        this.settings = settings;
        this.json = json;
        this.breaker = breaker;
        this.timeout = timeout;
    }

    /** Posts a body within a trace. */
    Reply post(String path, String body, String traceparent) throws HubAway {
        HttpRequest request = HttpRequest.newBuilder(settings.at(path))
                .timeout(timeout)
                .header("Accept", "application/json, application/problem+json")
                .header("Authorization", "Bearer " + settings.serviceKey())
                .header("Content-Type", "application/json")
                .header("traceparent", traceparent)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return breaker.executeCallable(() -> once(request));
        } catch (HubAway away) {
            throw away;
        } catch (CallNotPermittedException e) {
            throw new HubAway("The pool-hub has been away; it is asked again soon.", false, e);
        } catch (Exception e) {
            throw new HubAway("The pool-hub cannot be reached.", true, e);
        }
    }

    private Reply once(HttpRequest request) throws HubAway {
        // The request's own timeout ends with the headers; this wait ends with the last byte.
        CompletableFuture<HttpResponse<byte[]>> pending = http.sendAsync(request, BoundedBody.handler(MOST_BYTES));
        try {
            return judged(pending.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            pending.cancel(true);
            throw new HubAway("The pool-hub did not answer in time.", true, e);
        } catch (ExecutionException e) {
            boolean refused =
                    e.getCause() instanceof ConnectException || e.getCause() instanceof HttpConnectTimeoutException;
            throw new HubAway("The pool-hub cannot be reached, or its answer broke off.", !refused, e);
        } catch (InterruptedException e) {
            pending.cancel(true);
            Thread.currentThread().interrupt();
            throw new HubAway("This service is stopping.", true, e);
        }
    }

    private Reply judged(HttpResponse<byte[]> response) throws HubAway {
        int status = response.statusCode();
        if (status >= 500) {
            throw new HubAway("The pool-hub answered with status " + status + ".", true, null);
        }
        JsonNode body;
        try {
            body = json.readTree(response.body());
        } catch (IOException e) {
            body = json.missingNode();
        }
        String type = body.path("type").asText("");
        String slug = type.substring(Math.max(type.lastIndexOf('/'), type.lastIndexOf(':')) + 1);
        String detail = body.path("detail").asText("").replaceAll("[\\p{Cntrl}\\p{Cs}]", " ");
        return new Reply(
                status,
                slug.matches("[a-z0-9-]{1,64}") ? slug : "",
                detail.substring(0, Math.min(MOST_WORDS, detail.length())));
    }
}
