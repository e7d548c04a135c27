package io.aitbc.agent.simulation;

import io.aitbc.agent.heart.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A scheduler and a clock in which a day passes as fast as its steps can be run, on the test's own thread. */
final class VirtualTime {

    private record Step(Instant due, long order, Runnable action) {}

    private final PriorityQueue<Step> steps =
            new PriorityQueue<>(Comparator.comparing(Step::due).thenComparing(Step::order));
    private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(0) {
        @Override
        public @Nullable ScheduledFuture<?> schedule(Runnable action, long delay, TimeUnit unit) {
            steps.add(new Step(now.plusNanos(unit.toNanos(delay)), order++, action));
            return null;
        }
    };
    private Instant now = Instant.parse("2026-03-15T12:00:00Z");
    private long order;

    Timing timing() {
        InstantSource source = () -> now;
        return new Timing(scheduler, source.withZone(ZoneOffset.UTC), new Random(1));
    }

    Instant now() {
        return now;
    }

    void pass(Duration time) {
        Instant end = now.plus(time);
        while (!steps.isEmpty() && !steps.element().due().isAfter(end)) {
            Step next = steps.remove();
            now = next.due();
            next.action().run();
        }
        now = end;
    }
}
