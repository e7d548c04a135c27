package io.aitbc.monitoring.prometheus;

import io.aitbc.service.web.BoundedBody;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One call of a server: the whole of it, with its body, ends within its time and within its bytes. */
final class PrometheusHttp {

    /** What came back. */
    record Answer(int status, byte[] body) {

        /** The beginning of the body, to be shown. */
        String text() {
            String text = new String(body, StandardCharsets.UTF_8).strip();
            return text.substring(0, Math.min(text.length(), 500));
        }
    }

    private final URI base;
    private final Duration timeout;
    private final HttpClient http;

    PrometheusHttp(URI base, Duration timeout) {
        this.base = base;
        this.timeout = timeout;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(base.toString().replaceFirst("/+$", "") + path));
    }

    /**
     * Sends it and waits for the answer's last byte.
     *
     * @param mostBytes how long the body may be
     * @throws PrometheusAway when there is no answer in time
     * @throws PrometheusRefused when the answer is longer
     */
    Answer send(HttpRequest.Builder request, int mostBytes) {
        // The request's own timeout ends with the headers; a body may drip for ever, and is cut off by this wait.
        CompletableFuture<HttpResponse<byte[]>> pending =
                http.sendAsync(request.timeout(timeout).build(), BoundedBody.handler(mostBytes));
        try {
            HttpResponse<byte[]> response = pending.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.statusCode(), response.body());
        } catch (TimeoutException e) {
            pending.cancel(true);
            throw new PrometheusAway(
                    "Prometheus at " + base + " did not answer within " + timeout.toSeconds() + " s.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BoundedBody.TooLong) {
                throw new PrometheusRefused(
                        200,
                        "too_large",
                        "The answer has more than " + (mostBytes >> 10) + " KiB; ask for less at once.");
            }
            if (e.getCause() instanceof IOException cause) {
                throw new PrometheusAway("Prometheus does not answer at " + base + ": " + reason(cause), cause);
            }
            throw new IllegalStateException("The call of " + base + " failed", e.getCause());
        } catch (InterruptedException e) {
            pending.cancel(true);
            Thread.currentThread().interrupt();
            throw new PrometheusAway("The question to Prometheus was given up.", e);
        }
    }

    /** In words, not in names of classes. */
    private static String reason(Throwable cause) {
        if (cause instanceof ConnectException || cause instanceof UnresolvedAddressException) {
            return "nobody is reached there.";
        }
        String said = cause.getMessage();
        return said == null ? "the connection broke." : said;
    }
}
