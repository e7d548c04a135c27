package io.aitbc.poolhub.sla;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Readings on connections of their own, while the caller writes what they find on his. Several at once where there is room
 * for that: a database works for one connection on one core only. Never more than {@link #BATCHES} batches wait in between.
 */
@Component
class Measuring {

    private static final int BATCHES = 32;
    private static final int BATCH = 500;
    private static final int REST = 2;
    private static final int LONGEST_SECONDS = 600;

    /** Something that finds measurements. */
    interface Reading {
        void into(Consumer<Measured> found);
    }

    /** Somebody who keeps them. */
    interface Keeper {
        void keep(Measured measured) throws SQLException;
    }

    /** What comes from a reading: some rows, and at the end how it ended. */
    private sealed interface Message {
        record Rows(List<Measured> rows) implements Message {}

        record Done() implements Message {}

        record Failed(Throwable cause) implements Message {}
    }

    private final TaskExecutor threads = new SimpleAsyncTaskExecutor("sla-reading-");
    private final TransactionTemplate transaction;

    Measuring(PlatformTransactionManager transactions) {
        this.transaction = new TransactionTemplate(transactions);
        transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        transaction.setReadOnly(true);
        transaction.setTimeout(LONGEST_SECONDS);
    }

    /**
     * Hands all that is found to the keeper, in this thread; the first failure of either side ends all.
     *
     * @param atOnce whether the readings may run beside each other and beside the keeper, or one after the other, on a third of a core
     */
    void all(List<Reading> readings, Keeper keeper, boolean atOnce) throws SQLException {
        if (atOnce) {
            atOnce(readings, keeper);
        } else {
            inTurn(readings, keeper);
        }
    }

    private void inTurn(List<Reading> readings, Keeper keeper) throws SQLException {
        Pace pace = new Pace();
        for (Reading reading : readings) {
            try {
                transaction.executeWithoutResult(status -> reading.into(each -> {
                    try {
                        keeper.keep(each);
                    } catch (SQLException e) {
                        throw new NotKept(e);
                    }
                    pace.step();
                }));
            } catch (NotKept e) {
                throw e.cause;
            }
        }
    }

    /** Rests after each batch for {@link #REST} times as long as it took, so that others find a core and a disk free. */
    private static final class Pace {

        private int steps;
        private long since = System.nanoTime();

        void step() {
            if (++steps % BATCH == 0) {
                try {
                    TimeUnit.NANOSECONDS.sleep((System.nanoTime() - since) * REST);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("Stopped while collecting", e);
                }
                since = System.nanoTime();
            }
        }
    }

    private static final class NotKept extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final SQLException cause;

        NotKept(SQLException cause) {
            super(cause);
            this.cause = cause;
        }
    }

    private void atOnce(List<Reading> readings, Keeper keeper) throws SQLException {
        Pipe pipe = new Pipe();
        try {
            for (Reading reading : readings) {
                threads.execute(() -> read(reading, pipe));
            }
            int running = readings.size();
            while (running > 0) {
                Message message = pipe.take();
                if (message instanceof Message.Rows found) {
                    for (Measured each : found.rows()) {
                        keeper.keep(each);
                    }
                } else if (message instanceof Message.Failed failed) {
                    throw new IllegalStateException("Service levels could not be measured", failed.cause());
                } else {
                    running--;
                }
            }
        } finally {
            pipe.closed = true;
        }
    }

    private void read(Reading reading, Pipe pipe) {
        try {
            List<Measured> batch = new ArrayList<>(BATCH);
            transaction.executeWithoutResult(status -> reading.into(each -> {
                batch.add(each);
                if (batch.size() == BATCH) {
                    pipe.put(new Message.Rows(List.copyOf(batch)));
                    batch.clear();
                }
            }));
            pipe.put(new Message.Rows(batch));
            pipe.put(new Message.Done());
        } catch (CancellationException e) {
            // Nobody listens any more.
        } catch (RuntimeException | Error e) {
            pipe.put(new Message.Failed(e));
        }
    }

    private static final class Pipe {

        private final BlockingQueue<Message> queue = new ArrayBlockingQueue<>(BATCHES);
        private volatile boolean closed;

        void put(Message message) {
            try {
                while (!queue.offer(message, 1, TimeUnit.SECONDS)) {
                    if (closed) {
                        throw new CancellationException();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException();
            }
        }

        Message take() {
            try {
                Message message = queue.poll(LONGEST_SECONDS, TimeUnit.SECONDS);
                if (message == null) {
                    throw new IllegalStateException("Nothing was measured for " + LONGEST_SECONDS + " s");
                }
                return message;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Stopped while collecting", e);
            }
        }
    }
}
