package io.aitbc.poolhub.console;

import io.aitbc.service.web.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer that may take longer than a page may. It is asked for once at a time, whoever waits; nobody waits longer than a moment, and
 * what was answered last is good for a while.
 */
final class LateAnswer<T> {

    private static final Logger LOG = LoggerFactory.getLogger(LateAnswer.class);
    private static final Duration MOMENT = Duration.ofMillis(800);
    private static final Duration AGAIN = Duration.ofSeconds(10);

    /**
     * What is known now.
     *
     * @param value the last answer; null when there has been none
     * @param at when it came
     * @param missing why there is none, or no newer one; null when it is fresh
     */
    record Known<T>(
            @Nullable T value,
            @Nullable Instant at,
            @Nullable String missing) {}

    private final Executor executor;
    private final Clock clock;
    private final Duration good;
    private Known<T> known = new Known<>(null, null, null);
    private Instant askedAt = Instant.EPOCH;
    private CompletableFuture<Void> running = CompletableFuture.completedFuture(null);

    /** @param good how long an answer is not asked for again */
    LateAnswer(Executor executor, Clock clock, Duration good) {
        this.executor = executor;
        this.clock = clock;
        this.good = good;
    }

    /** The answer, or why it is not there yet. */
    Known<T> ask(Supplier<T> question) {
        CompletableFuture<Void> pending;
        synchronized (this) {
            if (running.isDone() && isOld(clock.instant())) {
                try {
                    running = CompletableFuture.runAsync(() -> answer(question), executor);
                    askedAt = clock.instant();
                } catch (RejectedExecutionException e) {
                    return late("Too much is being computed just now; reload the page in a moment.");
                }
            }
            pending = running;
        }
        try {
            pending.get(MOMENT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return late("The answer takes longer than a page waits; reload the page in a moment.");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return late("This hub is stopping.");
        }
        synchronized (this) {
            return known;
        }
    }

    /** The last answer, however old; null when there has been none. Nothing is asked. */
    synchronized @Nullable T last() {
        return known.value();
    }

    private boolean isOld(Instant now) {
        return now.isBefore(askedAt) || !now.isBefore(askedAt.plus(known.missing() == null ? good : AGAIN));
    }

    private synchronized Known<T> late(String sentence) {
        return new Known<>(known.value(), known.at(), sentence);
    }

    private void answer(Supplier<T> question) {
        Known<T> next;
        try {
            next = new Known<>(question.get(), clock.instant(), null);
        } catch (Problem problem) {
            next = late(problem.detail());
        } catch (RuntimeException e) {
            LOG.warn("A page's question was not answered", e);
            next = late("This could not be computed; the log says why.");
        }
        synchronized (this) {
            known = next;
        }
    }
}
