package io.aitbc.poolhub.usage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.service.web.Problem;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.retry.Retry;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.http.HttpStatus;

/**
 * The coordinator's billing interface. Every call is bounded in time; calls that a person waits for are repeated, with
 * jitter; while it does not answer, a circuit breaker spares both sides.
 */
class CoordinatorClient {

    static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int MOST_BYTES = 16 << 20;

    /** An answer, whatever its status. */
    record Answer(int status, byte[] body, Duration retryAfter) {}

    private final HttpClient http;
    private final BillingSettings settings;
    private final ObjectMapper json;
    private final CircuitBreaker breaker;
    private final Retry retry;

    CoordinatorClient(
            HttpClient http, BillingSettings settings, ObjectMapper json, CircuitBreaker breaker, Retry retry) {
        this.http = http;
        this.settings = settings;
        this.json = json;
        this.breaker = breaker;
        this.retry = retry;
    }

    /** Sends usage; not repeated here, because the sync repeats it itself from what is stored. */
    Answer sendUsage(byte[] events) throws CoordinatorAway {
        return guarded(breaker.decorateCallable(() -> exchange(posting("/api/billing/usage", events))));
    }

    /** Tells up to when this pool has reported everything. */
    void sendWatermark(byte[] watermark) throws CoordinatorAway {
        guarded(breaker.decorateCallable(() -> exchange(posting("/api/billing/watermarks", watermark))));
    }

    /**
     * Reads JSON for a caller of ours.
     *
     * @throws Problem the coordinator's own refusal, or 503 while it is away
     */
    JsonNode get(String pathAndQuery) {
        HttpRequest request = request(pathAndQuery).GET().build();
        return relayed(Retry.decorateCallable(retry, breaker.decorateCallable(() -> exchange(request))));
    }

    /** Posts for a caller of ours what may be posted twice. */
    JsonNode post(String path, Object body) {
        return relayed(Retry.decorateCallable(
                retry, breaker.decorateCallable(() -> exchange(posting(path, json.writeValueAsBytes(body))))));
    }

    private JsonNode relayed(Callable<Answer> call) {
        try {
            Answer answer = guarded(call);
            JsonNode body = json.readTree(answer.body());
            if (answer.status() / 100 == 2 && body != null) {
                return body;
            }
            throw passedOn(answer.status(), body);
        } catch (CoordinatorAway e) {
            throw Problem.unavailable("coordinator-away", e.sentence(), e.retryAfter());
        } catch (IOException e) {
            throw Problem.badGateway("coordinator-unclear", "The coordinator answered what cannot be read.");
        }
    }

    /** A refusal of the caller's request is the caller's to hear; a refusal of our key is ours. */
    private static Problem passedOn(int status, JsonNode body) {
        if (status == 401 || status == 403) {
            return Problem.badGateway(
                    "coordinator-refused",
                    "The coordinator does not accept this hub's key; check COORDINATOR_API_KEY.");
        }
        HttpStatus known = HttpStatus.resolve(status);
        if (known != null && known.is4xxClientError() && body != null && body.hasNonNull("detail")) {
            String type = body.path("type").asText("refused").replaceAll(".*:", "");
            return Problem.of(
                    known,
                    type.matches("[a-z0-9-]{1,64}") ? type : "refused",
                    body.get("detail").asText());
        }
        return Problem.badGateway("coordinator-unclear", "The coordinator answered with status " + status + ".");
    }

    private static Answer guarded(Callable<Answer> call) throws CoordinatorAway {
        try {
            return call.call();
        } catch (CoordinatorAway e) {
            throw e;
        } catch (CallNotPermittedException e) {
            throw new CoordinatorAway("The coordinator did not answer lately; it is left alone for a moment.", e);
        } catch (Exception e) {
            throw new CoordinatorAway("The coordinator does not answer.", e);
        }
    }

    private Answer exchange(HttpRequest request) throws CoordinatorAway {
        var pending = http.sendAsync(request, BoundedBody.handler(MOST_BYTES));
        try {
            HttpResponse<byte[]> response = pending.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() == 429 || response.statusCode() >= 500) {
                throw new CoordinatorAway(
                        "The coordinator answered with status " + response.statusCode() + ".", retryAfter(response));
            }
            return new Answer(response.statusCode(), response.body(), retryAfter(response));
        } catch (ExecutionException e) {
            throw new CoordinatorAway("The coordinator does not answer.", e);
        } catch (TimeoutException e) {
            pending.cancel(true);
            throw new CoordinatorAway("The coordinator did not answer within " + DEADLINE.toSeconds() + " s.", e);
        } catch (InterruptedException e) {
            pending.cancel(true);
            Thread.currentThread().interrupt();
            throw new CoordinatorAway("This hub is stopping.", e);
        }
    }

    private static Duration retryAfter(HttpResponse<?> response) {
        String header = response.headers().firstValue("Retry-After").orElse("");
        return header.matches("\\d{1,5}")
                ? Duration.ofSeconds(Math.max(1, Long.parseLong(header)))
                : CoordinatorAway.SOON;
    }

    private HttpRequest posting(String path, byte[] body) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(settings.at(path))
                .timeout(DEADLINE)
                .header("Authorization", "Bearer " + settings.coordinatorApiKey());
    }

    /** The start of a body, for messages. */
    static String text(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        return text.length() > 300 ? text.substring(0, 300) : text;
    }
}
