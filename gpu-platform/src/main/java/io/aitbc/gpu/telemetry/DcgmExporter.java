package io.aitbc.gpu.telemetry;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Scrapes a dcgm-exporter. The deadline is for the whole answer, so that one that drips does not hold anybody up. */
public final class DcgmExporter implements TelemetrySource {

    private static final int LARGEST_ANSWER = 4 << 20;

    private final HttpClient http;
    private final URI metrics;
    private final Duration deadline;
    private final InstantSource clock;

    /**
     * Does not ask yet.
     *
     * @param metrics such as {@code http://127.0.0.1:9400/metrics}
     * @throws IllegalArgumentException when it is no http or https address
     */
    public DcgmExporter(URI metrics, Duration deadline, InstantSource clock) {
        if (metrics.getHost() == null || !List.of("http", "https").contains(metrics.getScheme())) {
            throw new IllegalArgumentException(
                    "a dcgm-exporter's address must begin with http:// or https://, was " + metrics);
        }
        this.http = HttpClient.newBuilder()
                .connectTimeout(deadline)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        this.metrics = metrics;
        this.deadline = deadline;
        this.clock = clock;
    }

    @Override
    public List<GpuSample> read() throws TelemetryUnavailable {
        HttpRequest request = HttpRequest.newBuilder(metrics)
                .timeout(deadline)
                .header("Accept", "text/plain;version=0.0.4")
                .build();
        CompletableFuture<HttpResponse<String>> asked = http.sendAsync(request, info -> new Bounded());
        try {
            HttpResponse<String> response = asked.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw new TelemetryUnavailable(metrics + " answered " + response.statusCode());
            }
            return DcgmText.parse(response.body(), clock.instant());
        } catch (TimeoutException e) {
            throw new TelemetryUnavailable(metrics + " did not answer within " + deadline.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new TelemetryUnavailable(metrics + " could not be read: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TelemetryUnavailable("reading " + metrics + " was interrupted", e);
        } finally {
            asked.cancel(true);
        }
    }

    /** A body as text, up to a size. */
    private static final class Bounded implements HttpResponse.BodySubscriber<String> {

        private final HttpResponse.BodySubscriber<String> text =
                HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8);
        private final CompletableFuture<String> refused = new CompletableFuture<>();
        private Flow.@Nullable Subscription subscription;
        private long length;

        @Override
        public CompletionStage<String> getBody() {
            text.getBody().whenComplete((body, failure) -> {
                if (failure == null) {
                    refused.complete(body);
                } else {
                    refused.completeExceptionally(failure);
                }
            });
            return refused;
        }

        @Override
        public void onSubscribe(Flow.Subscription offered) {
            subscription = offered;
            text.onSubscribe(offered);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                length += buffer.remaining();
            }
            if (length > LARGEST_ANSWER) {
                if (subscription != null) {
                    subscription.cancel();
                }
                refused.completeExceptionally(new IOException("more than " + LARGEST_ANSWER + " bytes"));
                return;
            }
            text.onNext(buffers);
        }

        @Override
        public void onError(Throwable failure) {
            text.onError(failure);
        }

        @Override
        public void onComplete() {
            text.onComplete();
        }
    }
}
