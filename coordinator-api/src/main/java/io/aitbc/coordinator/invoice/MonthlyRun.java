package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.invoice.BillingRun.Due;
import io.aitbc.coordinator.usage.UsageSum;
import io.aitbc.service.web.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Invoices a month: usage is summed up for many tenants at once, and each tenant then gets its invoice in a transaction of its
 * own. Any number may run at once, and each may be killed at any moment: whoever comes next finds what is left to do.
 */
@Component
class MonthlyRun {

    private static final Logger LOG = LoggerFactory.getLogger(MonthlyRun.class);
    private static final int FIRST_AT_ONCE = 50;
    private static final int MOST_AT_ONCE = 1000;
    /** How many sums are held in memory, about. */
    private static final int SUMS_AT_ONCE = 100_000;

    private final BillingRuns runs;
    private final DueTenants tenants;
    private final BulkSums bulk;
    private final TenantTurn turn;
    private final RunMeters meters;
    private final Clock clock;

    MonthlyRun(BillingRuns runs, DueTenants tenants, BulkSums bulk, TenantTurn turn, RunMeters meters, Clock clock) {
        this.runs = runs;
        this.tenants = tenants;
        this.bulk = bulk;
        this.turn = turn;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * Does what is left to do. When the database is away it ends with what it says, and the run stays to be done.
     *
     * @param between called before each tenant's turn
     */
    void run(BillingRun run, Runnable between) {
        Instant begin = clock.instant();
        Instant waited = begin.minus(run.delay());
        Map<Boolean, List<DueTenants.Window>> windows = tenants.zones().stream()
                .map(zone -> DueTenants.Window.of(run.month(), zone, waited))
                .collect(Collectors.partitioningBy(window -> window.isOver(waited)));
        List<Due> due = tenants.find(windows.getOrDefault(true, List.of()), run.finalizes());
        List<String> failed = new ArrayList<>();
        if (run.isAsked()) {
            tenants.find(windows.getOrDefault(false, List.of()), run.finalizes())
                    .forEach(early -> {
                        fail(run, early, notOver(early));
                        failed.add(early.tenantId());
                    });
        }
        for (List<Due> group : bulk.grouped(due)) {
            failed.addAll(bill(run, group, between));
        }
        runs.keepFailures(run.runId(), failed);
        runs.finish(run, clock.instant());
        meters.ran(Duration.between(begin, clock.instant()), failed.isEmpty());
        LOG.info("The run of {} is done: {} tenants were due, {} failed", run.month(), due.size(), failed.size());
    }

    private static Problem notOver(Due early) {
        return Problem.conflict(
                "month-not-over",
                "By the tenant's clocks the month lasts until " + early.period().end() + ".");
    }

    /** Answers who failed. */
    private List<String> bill(BillingRun run, List<Due> group, Runnable between) {
        List<String> failed = new ArrayList<>();
        int size = FIRST_AT_ONCE;
        for (int from = 0; from < group.size(); ) {
            between.run();
            List<Due> chunk = group.subList(from, Math.min(from + size, group.size()));
            Map<String, List<UsageSum>> sums = bulk.of(chunk);
            for (Due due : chunk) {
                between.run();
                if (!isBilled(run, due, sums.getOrDefault(due.tenantId(), List.of()))) {
                    failed.add(due.tenantId());
                }
            }
            from += chunk.size();
            long rows = sums.values().stream().mapToLong(List::size).sum();
            size = (int) Math.max(1, Math.min(MOST_AT_ONCE, (long) SUMS_AT_ONCE * chunk.size() / Math.max(1, rows)));
        }
        return failed;
    }

    private boolean isBilled(BillingRun run, Due due, List<UsageSum> sums) {
        Instant after = due.period().start().minus(Duration.ofDays(400));
        while (true) {
            try {
                Optional<BillingPeriod> made = turn.next(run, due, sums, after);
                if (made.isEmpty()) {
                    return true;
                }
                meters.count(run.finalizes() ? RunMeters.Result.FINALIZED : RunMeters.Result.DRAFTED);
                after = made.get().end();
            } catch (TenantTurn.NothingToBill e) {
                meters.count(RunMeters.Result.NOTHING);
                after = e.period().end();
                if (run.finalizes() && !isCorrected(run, due, e)) {
                    return false;
                }
            } catch (RuntimeException e) {
                fail(run, due, e);
                return false;
            }
        }
    }

    private boolean isCorrected(BillingRun run, Due due, TenantTurn.NothingToBill nothing) {
        try {
            turn.correct(due, nothing);
            return true;
        } catch (RuntimeException e) {
            fail(run, due, e);
            return false;
        }
    }

    /** When it cannot even be written down, the database is away, and nothing is left to be done now. */
    private void fail(BillingRun run, Due due, RuntimeException why) {
        String code = "internal-error";
        String detail = "Its invoice could not be made; the log of the service says why.";
        if (why instanceof Problem problem) {
            code = problem.type();
            detail = problem.detail();
        } else {
            LOG.error("The invoice of {} for {} could not be made", due.tenantId(), run.month(), why);
        }
        runs.failed(run.runId(), new BillingRun.Failure(due.tenantId(), code, detail, clock.instant()));
        meters.count(RunMeters.Result.FAILED);
    }
}
