package io.aitbc.poolhub.job;

import io.aitbc.poolhub.miner.FleetView;
import io.aitbc.poolhub.telemetry.CommandBook;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
    private final FleetView fleet;
    private final Set<String> moved = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean news = new AtomicBoolean(true);
    private int ticks;

    DispatchSchedule(
            Dispatch dispatch,
            Recovery recovery,
            Assignments assignments,
            CommandBook commands,
            JobTraces traces,
            JobMeters meters,
            TransactionTemplate transactions,
            FleetView fleet) {
        this.fleet = fleet;
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
    void on(JobPlaced placed) {
        moved.add(placed.place().nodes().get(0));
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void on(JobStarted started) {
        moved.add(started.minerId());
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void on(JobEnded ended) {
        moved.add(ended.attempt().minerId());
        news.set(true);
    }

    @Scheduled(fixedDelayString = "PT0.2S")
    public void onSchedule() {
        tellTheFleet();
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

    /** Lets matching know whom the pool gave work, and who has ended it. */
    private void tellTheFleet() {
        Set<String> miners = new HashSet<>(moved);
        if (miners.isEmpty()) {
            return;
        }
        moved.removeAll(miners);
        try {
            fleet.refresh(miners);
        } catch (DataAccessException e) {
            moved.addAll(miners);
            LOG.warn("Matching does not know yet who is busy: {}", e.getMessage());
        }
    }

    /** One pass, now. */
    Dispatch.Passed pass() {
        Dispatch.Passed passed = meters.passing(
                () -> traces.passing(() -> Objects.requireNonNull(transactions.execute(status -> dispatch.pass()))));
        tellTheFleet();
        if (passed.placed() > 0 || passed.takenBack() > 0) {
            assignments.refresh();
        }
        if (passed.stopped() > 0) {
            commands.refresh();
        }
        return passed;
    }
}
