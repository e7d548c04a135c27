package io.aitbc.poolhub.job;

import io.aitbc.poolhub.usage.UsageEvents;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Writes the full hours of jobs that still run. An hour is written only when the miner has been heard of well after it: until
 * then news may be on its way that the job ended before.
 */
@Component
class Accrual {

    private static final Duration NEWS_ON_ITS_WAY = Duration.ofMinutes(5);

    private final Jobs jobs;
    private final Attempts attempts;
    private final UsageEvents usage;
    private final PoolView pool;
    private final TransactionTemplate transactions;
    private final Clock clock;

    Accrual(
            Jobs jobs,
            Attempts attempts,
            UsageEvents usage,
            PoolView pool,
            TransactionTemplate transactions,
            Clock clock) {
        this.jobs = jobs;
        this.attempts = attempts;
        this.usage = usage;
        this.pool = pool;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Scheduled(fixedDelayString = "PT1M", initialDelayString = "PT1M")
    @SchedulerLock(name = "job-accrual", lockAtMostFor = "PT10M")
    public void onSchedule() {
        accrue();
    }

    void accrue() {
        for (Attempt attempt : attempts.active()) {
            Instant heard = pool.lastHeard(attempt.minerId());
            if (attempt.startedAt() != null && heard != null) {
                Instant certain = heard.isBefore(clock.instant()) ? heard : clock.instant();
                Instant hour = certain.minus(NEWS_ON_ITS_WAY).truncatedTo(ChronoUnit.HOURS);
                transactions.executeWithoutResult(status -> accrue(attempt, hour));
            }
        }
    }

    private void accrue(Attempt seen, Instant hour) {
        Job job = jobs.lock(seen.jobId()).orElseThrow();
        Attempt attempt = attempts.find(seen.jobId(), seen.attempt()).orElseThrow();
        Instant last = attempt.startedAt() == null ? hour : attempt.startedAt().plusSeconds(job.maxDurationS());
        if (hour.isAfter(last)) {
            return; // It has run for too long: its end is near, and says how long.
        }
        Instant from = attempt.billedThrough() == null ? attempt.startedAt() : attempt.billedThrough();
        if (attempt.state() != Attempt.State.RUNNING || from == null || !from.isBefore(hour)) {
            return;
        }
        usage.record(JobUsage.traced(
                JobUsage.going(job, attempt, Objects.requireNonNull(attempt.startedAt()), from, hour),
                job.traceparent()));
        attempts.billed(attempt, hour);
    }
}
