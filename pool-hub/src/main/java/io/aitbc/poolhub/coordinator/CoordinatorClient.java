package io.aitbc.poolhub.coordinator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.service.web.BoundedBody;
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
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Calls the coordinator: bounded in time and size, again where that is harmless, not at all while it is known to be away. */
public class CoordinatorClient {

    /** The coordinator cannot be asked now; what was sent may or may not have arrived. */
    public static final class CoordinatorAway extends IOException {

        public static final Duration SOON = Duration.ofSeconds(10);
        private static final long serialVersionUID = 1L;

        private final Duration retryAfter;

        public CoordinatorAway(String sentence, Duration retryAfter) {
            super(sentence);
            this.retryAfter = retryAfter;
        }

        public CoordinatorAway(String sentence, Throwable cause) {
            super(sentence, cause);
            this.retryAfter = SOON;
        }

        public String sentence() {
            return String.valueOf(getMessage());
        }

        public Duration retryAfter() {
            return retryAfter;
        }
    }

    /** An answer below 500. */
    public record Answer(int status, byte[] body, Duration retryAfter) {}

    private static final int MOST_BYTES = 32 * 1024 * 1024;
    private static final int MOST_WORDS = 500;
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient http;
    private final CoordinatorSettings settings;
    private final ObjectMapper json;
    private final CircuitBreaker breaker;
    private final Retry retry;
    private final Duration timeout;

    public CoordinatorClient(
            HttpClient http, CoordinatorSettings settings, ObjectMapper json, CircuitBreaker breaker, Retry retry) {
        this(http, settings, json, breaker, retry, REQUEST_TIMEOUT);
    }

    /** With another time than ten seconds for an answer, to its last byte. */
    public CoordinatorClient(
            HttpClient http,
            CoordinatorSettings settings,
            ObjectMapper json,
            CircuitBreaker breaker,
            Retry retry,
            Duration timeout) {
        this.http = http;
        this.settings = settings;
        this.json = json;
        this.breaker = breaker;
        this.retry = retry;
        this.timeout = timeout;
    }

    /** Sends what the coordinator knows again by its ids, so that it may be sent more than once. */
    public Answer send(String path, byte[] body) throws CoordinatorAway {
        return repeatable(posting(path, body));
    }

    /** Asks; any answer below 500 is one. */
    public Answer ask(String pathAndQuery) throws CoordinatorAway {
        return repeatable(request(pathAndQuery).GET().build());
    }

    /**
     * What the coordinator answers to a question.
     *
     * @throws Problem its own refusal, or 503 when it is away
     */
    public JsonNode get(String pathAndQuery) {
        HttpRequest request = request(pathAndQuery).GET().build();
        return passedOn(() -> repeatable(request));
    }

    /**
     * What the coordinator answers to a demand, which is made once only.
     *
     * @throws Problem its own refusal, or 503 when it is away
     */
    public JsonNode post(String path, Map<String, ?> body) {
        HttpRequest request;
        try {
            request = posting(path, json.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a request cannot be written as JSON", e);
        }
        return passedOn(() -> guarded(() -> breaker.executeCallable(() -> once(request))));
    }

    /** The sentence of an answer that refuses, or as much of it as is worth keeping. */
    public static String text(byte[] body) {
        String text = new String(body, 0, Math.min(body.length, MOST_WORDS), StandardCharsets.UTF_8);
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    private interface Exchange {
        Answer answer() throws CoordinatorAway;
    }

    private JsonNode passedOn(Exchange exchange) {
        try {
            Answer answer = exchange.answer();
            JsonNode body = parsed(answer);
            if (answer.status() / 100 == 2 && body != null) {
                return body;
            }
            throw refusal(answer.status(), body, answer.retryAfter());
        } catch (CoordinatorAway away) {
            throw Problem.unavailable("coordinator-away", away.sentence(), away.retryAfter());
        }
    }

    private static Problem refusal(int status, @Nullable JsonNode body, Duration retryAfter) {
        HttpStatus known = HttpStatus.resolve(status);
        if (status == 401 || status == 403) {
            return Problem.badGateway(
                    "coordinator-refuses", "The coordinator does not take this hub's key; check COORDINATOR_API_KEY.");
        }
        if (status == 429) {
            return Problem.unavailable("coordinator-busy", "The coordinator asks for fewer calls.", retryAfter);
        }
        boolean problem = body != null && body.path("detail").isTextual();
        if (body == null || !problem || known == null || !known.is4xxClientError()) {
            return Problem.badGateway(
                    "coordinator-unclear",
                    "The coordinator answered what this hub does not understand; check COORDINATOR_BILLING_URL.");
        }
        String type = body.path("type").asText("");
        String slug = type.substring(Math.max(type.lastIndexOf('/'), type.lastIndexOf(':')) + 1);
        return Problem.of(
                known,
                slug.matches("[a-z0-9-]{1,64}") ? slug : "coordinator-refuses",
                body.path("detail").asText());
    }

    private @Nullable JsonNode parsed(Answer answer) {
        try {
            JsonNode body = json.readTree(answer.body());
            return body == null || body.isMissingNode() ? null : body;
        } catch (IOException e) {
            return null;
        }
    }

    private Answer repeatable(HttpRequest request) throws CoordinatorAway {
        return guarded(() -> retry.executeCallable(() -> breaker.executeCallable(() -> once(request))));
    }

    private static Answer guarded(Callable<Answer> call) throws CoordinatorAway {
        try {
            return call.call();
        } catch (CoordinatorAway away) {
            throw away;
        } catch (CallNotPermittedException e) {
            throw new CoordinatorAway("The coordinator has been away; it is asked again soon.", e);
        } catch (Exception e) {
            throw new CoordinatorAway("The coordinator cannot be reached.", e);
        }
    }

    private Answer once(HttpRequest request) throws CoordinatorAway {
        // The request's own timeout ends with the headers; this wait ends with the last byte.
        CompletableFuture<HttpResponse<byte[]>> pending = http.sendAsync(request, BoundedBody.handler(MOST_BYTES));
        try {
            return judged(pending.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            pending.cancel(true);
            throw new CoordinatorAway("The coordinator did not answer in time.", e);
        } catch (ExecutionException e) {
            throw new CoordinatorAway("The coordinator cannot be reached, or its answer broke off.", e);
        } catch (InterruptedException e) {
            pending.cancel(true);
            Thread.currentThread().interrupt();
            throw new CoordinatorAway("This hub is stopping.", e);
        }
    }

    private static Answer judged(HttpResponse<byte[]> response) throws CoordinatorAway {
        String after = response.headers().firstValue("Retry-After").orElse("");
        Duration retryAfter =
                after.matches("[0-9]{1,4}") ? Duration.ofSeconds(Long.parseLong(after)) : CoordinatorAway.SOON;
        if (response.statusCode() >= 500) {
            throw new CoordinatorAway(
                    "The coordinator answered with status " + response.statusCode() + ".", retryAfter);
        }
        return new Answer(response.statusCode(), response.body(), retryAfter);
    }

    private HttpRequest posting(String path, byte[] body) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    private HttpRequest.Builder request(String pathAndQuery) {
        return HttpRequest.newBuilder(settings.at(pathAndQuery))
                .timeout(timeout)
                .header("Accept", "application/json, application/problem+json")
                .header("Authorization", "Bearer " + settings.apiKey());
    }
}
