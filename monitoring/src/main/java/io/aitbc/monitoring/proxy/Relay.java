package io.aitbc.monitoring.proxy;

import io.aitbc.service.web.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Fetches what an exporter says and hands it on as it is: no redirect is followed, nothing is kept for later, nothing is unpacked.
 * Bounded in time from the first byte to the last, in bytes, and in how many run at once.
 */
@Component
class Relay {

    private static final int MOST_OF_ONE = 4;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final Map<ScrapeResult, Counter> counters = new EnumMap<>(ScrapeResult.class);
    private final Turns turns;
    private final long maxBytes;

    Relay(ProxySettings settings, MeterRegistry registry) {
        this.turns = new Turns(settings.concurrency(), MOST_OF_ONE);
        this.maxBytes = settings.maxBytes();
        for (ScrapeResult result : ScrapeResult.values()) {
            counters.put(
                    result,
                    Counter.builder("monitoring.proxy.scrapes")
                            .description("Scrapes that came to the metrics proxy, by how they ended")
                            .tag("result", result.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    /** Counts a scrape of what nobody registered. */
    void unregistered() {
        count(ScrapeResult.UNREGISTERED);
    }

    /**
     * Answers a scrape.
     *
     * @param name of the exporter, in refusals
     * @return false when the answer broke off after its beginning went out: the connection must be cut, so that nobody takes it for
     *     whole
     * @throws Problem 502, 503 or 504, when nothing went out yet
     */
    boolean pass(String name, URI address, ScrapeWish wish, HttpServletResponse response) {
        if (!turns.take(name)) {
            count(ScrapeResult.BUSY);
            throw Problem.unavailable(
                    "too-many-scrapes",
                    "Too many scrapes of " + name
                            + ", or of all exporters, run already (EXPORTER_CONCURRENCY); try again.",
                    Duration.ofSeconds(1));
        }
        try {
            fetch(name, address, wish, response);
            count(ScrapeResult.PASSED);
            return true;
        } catch (ScrapeFailed e) {
            count(e.result());
            if (!response.isCommitted()) {
                throw e.problem();
            }
            return false;
        } catch (IOException e) {
            count(ScrapeResult.CALLER_GONE);
            return false;
        } finally {
            turns.give(name);
        }
    }

    /** Fails with an IOException only for the caller's connection. */
    private void fetch(String name, URI address, ScrapeWish wish, HttpServletResponse response)
            throws ScrapeFailed, IOException {
        long deadline = System.nanoTime() + wish.budget().toNanos();
        HttpResponse<TimedBody> answer = head(name, address, wish, deadline);
        try (TimedBody body = answer.body()) {
            if (answer.statusCode() != 200) {
                String remedy = answer.statusCode() / 100 == 3 ? "; redirects are not followed." : ".";
                throw new ScrapeFailed(
                        ScrapeResult.STATUS,
                        Problem.badGateway(
                                        "exporter-status",
                                        "The exporter of " + name + " answered " + answer.statusCode() + remedy)
                                .with("exporter_status", answer.statusCode()));
            }
            if (answer.headers().firstValueAsLong("Content-Length").orElse(0) > maxBytes) {
                throw tooLarge(name);
            }
            Outlet outlet = new Outlet(response, answer.headers());
            long read = 0;
            for (byte[] part = next(name, body, wish, deadline);
                    part != null;
                    part = next(name, body, wish, deadline)) {
                read += part.length;
                if (read > maxBytes) {
                    throw tooLarge(name);
                }
                outlet.write(part);
            }
            outlet.finish();
        }
    }

    private HttpResponse<TimedBody> head(String name, URI address, ScrapeWish wish, long deadline) throws ScrapeFailed {
        CompletableFuture<HttpResponse<TimedBody>> coming = http.sendAsync(wish.to(address), head -> new TimedBody());
        try {
            return coming.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            giveUp(coming);
            throw slow(name, wish);
        } catch (ExecutionException e) {
            throw failed(name, wish, e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            giveUp(coming);
            throw interrupted(name);
        }
    }

    private static void giveUp(CompletableFuture<HttpResponse<TimedBody>> coming) {
        coming.whenComplete((late, failure) -> {
            if (late != null) {
                late.body().close();
            }
        });
        coming.cancel(true);
    }

    private byte @Nullable [] next(String name, TimedBody body, ScrapeWish wish, long deadline) throws ScrapeFailed {
        try {
            return body.next(deadline);
        } catch (IOException e) {
            throw failed(name, wish, e);
        } catch (InterruptedException e) {
            throw interrupted(name);
        }
    }

    private static ScrapeFailed failed(String name, ScrapeWish wish, Throwable cause) {
        if (cause instanceof HttpTimeoutException) {
            return slow(name, wish);
        }
        return away(name, reason(cause));
    }

    private static String reason(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof UnresolvedAddressException) {
                return "its host is not known";
            }
        }
        if (cause instanceof ConnectException) {
            return "nobody accepts the connection";
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    private static ScrapeFailed away(String name, String reason) {
        return new ScrapeFailed(
                ScrapeResult.AWAY,
                Problem.badGateway("exporter-away", "The exporter of " + name + " does not answer: " + reason + "."));
    }

    private static ScrapeFailed interrupted(String name) {
        Thread.currentThread().interrupt();
        return away(name, "the service is stopping");
    }

    private static ScrapeFailed slow(String name, ScrapeWish wish) {
        return new ScrapeFailed(
                ScrapeResult.SLOW,
                Problem.of(
                        HttpStatus.GATEWAY_TIMEOUT,
                        "exporter-slow",
                        "The exporter of " + name + " did not answer to the end within "
                                + wish.budget().toMillis() / 1000.0 + " s; a longer scrape_timeout gives it more."));
    }

    private ScrapeFailed tooLarge(String name) {
        return new ScrapeFailed(
                ScrapeResult.TOO_LARGE,
                Problem.badGateway(
                        "exporter-too-large",
                        "The exporter of " + name + " says more than " + maxBytes
                                + " bytes; EXPORTER_MAX_BYTES bounds it."));
    }

    private void count(ScrapeResult result) {
        Counter counter = counters.get(result);
        if (counter != null) {
            counter.increment();
        }
    }
}
