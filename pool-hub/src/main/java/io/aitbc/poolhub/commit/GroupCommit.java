package io.aitbc.poolhub.commit;

import io.aitbc.service.web.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group commit: what many callers want written becomes one batch and one transaction, and each waits until it is durable.
 *
 * <p>A batch holds whatever arrived while the previous one was committed: alone a caller never waits for company, and under
 * load one flush to disk serves hundreds.
 *
 * @param <T> what a caller hands in
 * @param <R> what it gets back once that is durable
 */
public final class GroupCommit<T, R> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private record Item<T, R>(T value, CompletableFuture<R> answer) {}

    private final String name;
    private final int largestBatch;
    private final Function<List<T>, List<R>> transaction;
    private final BlockingQueue<Item<T, R>> queue;
    private final Thread flusher;
    private volatile boolean closed;

    /**
     * Starts the flusher.
     *
     * @param name for the thread and for what is logged
     * @param largestBatch items per transaction at most
     * @param capacity items that may wait; beyond that callers are told to come back
     * @param transaction writes a batch in one transaction and returns one answer per item, in order
     */
    public GroupCommit(String name, int largestBatch, int capacity, Function<List<T>, List<R>> transaction) {
        this.name = name;
        this.largestBatch = largestBatch;
        this.transaction = transaction;
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.flusher = new Thread(this::run, name);
        this.flusher.setDaemon(true);
        this.flusher.start();
    }

    /**
     * Hands in one item and waits until it is durable.
     *
     * @throws Problem 503 when too many wait already, or the database does not answer in time
     * @throws RuntimeException what the transaction threw for this item
     */
    public R write(T value) {
        Item<T, R> item = new Item<>(value, new CompletableFuture<>());
        if (closed || !queue.offer(item)) {
            throw busy("Too many writes are waiting; nothing was stored.");
        }
        try {
            return item.answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(name + " failed", e.getCause());
        } catch (TimeoutException e) {
            throw busy("The database did not answer in time; send it again.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy("This service is stopping; send it again.");
        }
    }

    /** How many items wait for the next batch. */
    public int waiting() {
        return queue.size();
    }

    private static Problem busy(String detail) {
        return Problem.unavailable("busy", detail, Duration.ofSeconds(2));
    }

    private void run() {
        List<Item<T, R>> batch = new ArrayList<>(largestBatch);
        while (!closed || !queue.isEmpty()) {
            try {
                Item<T, R> first = queue.poll(200, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, largestBatch - 1);
                    flush(batch);
                }
            } catch (InterruptedException e) {
                // Only close() interrupts; what still waits is written before the thread ends.
                closed = true;
            } finally {
                batch.clear();
            }
        }
    }

    private void flush(List<Item<T, R>> batch) {
        try {
            commit(batch);
        } catch (RuntimeException | Error failure) {
            // An Error too: without its flusher the service would answer 503 for ever.
            if (batch.size() == 1) {
                batch.get(0).answer.completeExceptionally(failure);
                return;
            }
            LOG.warn(
                    "{}: a batch of {} failed ({}); writing its items one by one",
                    name,
                    batch.size(),
                    failure.toString());
            // One bad item must not fail the others.
            for (Item<T, R> item : batch) {
                try {
                    commit(List.of(item));
                } catch (RuntimeException | Error own) {
                    item.answer.completeExceptionally(own);
                }
            }
        }
    }

    private void commit(List<Item<T, R>> batch) {
        List<R> answers = transaction.apply(batch.stream().map(Item::value).toList());
        if (answers.size() != batch.size()) {
            throw new IllegalStateException(name + " answered " + answers.size() + " of " + batch.size() + " items");
        }
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).answer.complete(answers.get(i));
        }
    }

    /** Writes what still waits, then ends; takes nothing new. */
    @Override
    public void close() {
        closed = true;
        try {
            flusher.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
