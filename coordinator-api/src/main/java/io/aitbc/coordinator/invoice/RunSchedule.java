package io.aitbc.coordinator.invoice;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import net.javacrumbs.shedlock.core.LockExtender;
import net.javacrumbs.shedlock.core.LockExtender.LockExtensionException;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Looks every hour for months to be invoiced, and works on the runs there are. The lock only keeps replicas from doing the same
 * work twice at once; that nobody is invoiced twice does not rest on it. It is short, so that a run whose replica was killed goes
 * on soon.
 */
@Component
class RunSchedule {

    private static final Logger LOG = LoggerFactory.getLogger(RunSchedule.class);
    private static final Duration LOCKED = Duration.ofSeconds(15);
    private static final Duration EXTENDED_EVERY = Duration.ofSeconds(3);

    private final RunDesk desk;
    private final BillingRuns runs;
    private final MonthlyRun monthly;
    private final Clock clock;
    private Instant extended = Instant.EPOCH;

    RunSchedule(RunDesk desk, BillingRuns runs, MonthlyRun monthly, Clock clock) {
        this.desk = desk;
        this.runs = runs;
        this.monthly = monthly;
        this.clock = clock;
    }

    @Scheduled(fixedDelayString = "PT1H", initialDelayString = "PT30S")
    @SchedulerLock(name = "invoice-runs-due", lockAtMostFor = "PT10M")
    public void look() {
        try {
            desk.askForDue();
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("Months to be invoiced are looked for in an hour: {}", e.toString());
        }
    }

    @Scheduled(fixedDelayString = "PT2S", initialDelayString = "PT3S")
    @SchedulerLock(name = "invoice-runs", lockAtMostFor = "PT15S")
    public void work() {
        try {
            for (BillingRun run : runs.running()) {
                monthly.run(run, this::keepLock);
            }
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("Runs wait: the database does not answer: {}", e.toString());
        }
    }

    private void keepLock() {
        Instant now = clock.instant();
        if (Duration.between(extended, now).abs().compareTo(EXTENDED_EVERY) < 0) {
            return;
        }
        extended = now;
        try {
            LockExtender.extendActiveLock(LOCKED, Duration.ZERO);
        } catch (LockExtensionException e) {
            // A statement took longer than the lock lasts. Another replica may be at it as well: each tenant is still
            // invoiced once.
            LOG.debug("The lock of runs went to another replica", e);
        }
    }
}
