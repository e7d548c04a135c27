package io.aitbc.poolhub.job;

import io.aitbc.poolhub.telemetry.CommandBook;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionTemplate;

/** Makes passes: soon after something happened here, and each second for what happened elsewhere. */
@Component
class DispatchSchedule {

    private static final Logger LOG = LoggerFactory.getLogger(DispatchSchedule.class);
    private static final int TICKS_BETWEEN = 5;

    private final Dispatch dispatch;
    private final Recovery recovery;
    private final Assignments assignments;
    private final CommandBook commands;
    private final JobTraces traces;
    private final JobMeters meters;
    private final TransactionTemplate transactions;
    private final AtomicBoolean news = new AtomicBoolean(true);
    private int ticks;

    DispatchSchedule(
            Dispatch dispatch,
            Recovery recovery,
            Assignments assignments,
            CommandBook commands,
            JobTraces traces,
            JobMeters meters,
            TransactionTemplate transactions) {
        this.traces = traces;
        this.meters = meters;
        this.dispatch = dispatch;
        this.recovery = recovery;
        this.assignments = assignments;
        this.commands = commands;
        this.transactions = transactions;
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void on(JobSubmitted submitted) {
        news.set(true);
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void on(JobEnded ended) {
        news.set(true);
    }

    @Scheduled(fixedDelayString = "PT0.2S")
    public void onSchedule() {
        if (!news.getAndSet(false) && ++ticks < TICKS_BETWEEN) {
            return;
        }
        ticks = 0;
        try {
            pass();
            recovery.here();
        } catch (DataAccessException | TransactionException | IllegalStateException e) {
            recovery.away();
            // The world moved on while it was looked at: nothing was changed, the next pass looks again.
            LOG.info("A pass over the queue is made again: {}", e.getMessage());
        }
        assignments.refresh();
    }

    /** One pass, now. */
    Dispatch.Passed pass() {
        Dispatch.Passed passed = meters.passing(
                () -> traces.passing(() -> Objects.requireNonNull(transactions.execute(status -> dispatch.pass()))));
        if (passed.placed() > 0 || passed.takenBack() > 0) {
            assignments.refresh();
        }
        if (passed.stopped() > 0) {
            commands.refresh();
        }
        return passed;
    }
}
