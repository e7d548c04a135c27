package io.aitbc.agent.heart;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a life needs to know of time and chance. Steps run one after the other on one thread, so what only they touch
 * needs no locks. What a step throws is told in the log: a bare scheduler would swallow it.
 */
public final class Timing {

    private static final Logger LOG = LoggerFactory.getLogger(Timing.class);

    private final ScheduledExecutorService scheduler;
    private final Clock clock;
    private final RandomGenerator random;

    /** @param scheduler has one thread */
    public Timing(ScheduledExecutorService scheduler, Clock clock, RandomGenerator random) {
        this.scheduler = scheduler;
        this.clock = clock;
        this.random = random;
    }

    /** Runs a step after a while; never, when the process is ending by then. */
    public void after(Duration wait, Runnable step) {
        try {
            var unused = scheduler.schedule(() -> guarded(step), wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException ending) {
            LOG.debug("Not scheduled: the process is ending");
        }
    }

    /** Runs a step with what was waited for, back on the one thread. */
    public <T> void whenDone(CompletableFuture<T> awaited, Consumer<T> step) {
        var unused = awaited.thenAccept(value -> after(Duration.ZERO, () -> step.accept(value)));
    }

    public Instant now() {
        return clock.instant();
    }

    public Clock clock() {
        return clock;
    }

    RandomGenerator random() {
        return random;
    }

    private static void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException bug) {
            LOG.error("A step stumbled; the others go on", bug);
        }
    }
}
