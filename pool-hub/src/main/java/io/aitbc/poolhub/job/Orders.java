package io.aitbc.poolhub.job;

import io.aitbc.poolhub.telemetry.AssignmentBook;
import io.aitbc.poolhub.telemetry.CommandBook;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.async.DeferredResult;

/** What miners are to do, told as soon as there is something: who asks waits for it, and no thread waits with it. */
@Component
class Orders {

    /** As a heartbeat's reply says it. */
    record Told(List<Map<String, Object>> commands, List<Map<String, Object>> assignments) {

        boolean isEmpty() {
            return commands.isEmpty() && assignments.isEmpty();
        }
    }

    private final AssignmentBook assignments;
    private final CommandBook commands;
    private final Map<String, DeferredResult<Told>> waiting = new ConcurrentHashMap<>();
    private volatile boolean closing;

    Orders(AssignmentBook assignments, CommandBook commands) {
        this.assignments = assignments;
        this.commands = commands;
    }

    /** What there is for a miner, or will be within a time; then nothing. Who asks again has stopped waiting before. */
    DeferredResult<Told> of(String minerId, Duration wait) {
        Told now = now(minerId);
        DeferredResult<Told> result = new DeferredResult<>(wait.toMillis(), () -> new Told(List.of(), List.of()));
        if (!now.isEmpty() || wait.isZero() || closing) {
            result.setResult(now);
            return result;
        }
        result.onCompletion(() -> waiting.remove(minerId, result));
        DeferredResult<Told> before = waiting.put(minerId, result);
        if (before != null) {
            before.setResult(new Told(List.of(), List.of()));
        }
        if (closing) {
            result.setResult(now);
        }
        return result;
    }

    /** A hub that stops lets nobody wait: requests under way would hold its stop up. */
    @EventListener(ContextClosedEvent.class)
    void close() {
        closing = true;
        waiting.forEach((minerId, result) -> result.setResult(now(minerId)));
    }

    private Told now(String minerId) {
        return new Told(commands.pending(minerId), assignments.pending(minerId));
    }

    boolean isWaiting(String minerId) {
        return waiting.containsKey(minerId);
    }

    @Scheduled(fixedDelayString = "PT0.1S")
    void look() {
        waiting.forEach((minerId, result) -> {
            Told now = now(minerId);
            if (!now.isEmpty()) {
                result.setResult(now);
            }
        });
    }
}
