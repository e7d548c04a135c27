package io.aitbc.poolhub.job;

import io.aitbc.poolhub.gpu.GpuLeases;
import io.aitbc.poolhub.job.Attempt.Outcome;
import io.aitbc.poolhub.job.JobUsage.Part;
import io.aitbc.poolhub.match.JobOutcomes;
import io.aitbc.poolhub.telemetry.CommandBook;
import io.aitbc.poolhub.usage.UsageEvents;
import io.aitbc.poolhub.usage.UsageFact;
import io.aitbc.poolhub.usage.UsageOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Ends attempts: frees their GPUs, writes what they used and how the miner did, and says what becomes of the job. All of it in
 * the transaction of what ended them.
 */
@Component
class Endings {

    /** The job's own fault: nothing that its miner could help. */
    static final String JOB_ERROR = "job_error";

    static final String TIMEOUT = "timeout";
    private static final String LOST_TOO_OFTEN = "lost_too_often";

    /** How much longer than it may a job can have run: stopping takes time. */
    static final Duration GRACE = Duration.ofMinutes(2);

    /**
     * How an attempt ended.
     *
     * @param startedAt when it began to run; null when it never did
     * @param result what the miner told, JSON
     */
    record End(
            Outcome outcome,
            @Nullable Instant startedAt,
            Instant endedAt,
            @Nullable String failCode,
            String cause,
            @Nullable String result) {}

    private final Jobs jobs;
    private final Attempts attempts;
    private final GpuLeases leases;
    private final CommandBook commands;
    private final UsageEvents usage;
    private final JobOutcomes outcomes;
    private final JobSettings settings;
    private final ApplicationEventPublisher events;

    Endings(
            Jobs jobs,
            Attempts attempts,
            GpuLeases leases,
            CommandBook commands,
            UsageEvents usage,
            JobOutcomes outcomes,
            JobSettings settings,
            ApplicationEventPublisher events) {
        this.jobs = jobs;
        this.attempts = attempts;
        this.leases = leases;
        this.commands = commands;
        this.usage = usage;
        this.outcomes = outcomes;
        this.settings = settings;
        this.events = events;
    }

    /** Ends an attempt of a job that the caller has locked. Answers the job's state then. */
    @Transactional(propagation = Propagation.MANDATORY)
    public JobState end(Job job, Attempt attempt, End end, Instant now) {
        attempts.ended(attempt, end.outcome(), end.startedAt(), end.endedAt(), end.cause());
        leases.release(attempt.jobId(), attempt.attempt());
        commands.withdraw(attempt.jobId(), attempt.attempt());
        bill(job, attempt, end);
        judge(job, attempt, end, now);
        JobState next = follow(job, attempt, end, now);
        events.publishEvent(new JobEnded(job, attempt, end, next, now));
        return next;
    }

    /** What was written of the attempt before may say too much, or the wrong outcome: then it is taken back. */
    private void bill(Job job, Attempt attempt, End end) {
        Instant started = end.startedAt();
        if (started == null) {
            return;
        }
        List<UsageFact> written = attempt.billedThrough() == null
                ? List.of()
                : usage.written(job.jobId(), attempt.minerId(), started).stream()
                        .filter(fact -> JobUsage.isOf(attempt, fact))
                        .toList();
        usage.record(JobUsage.traced(
                JobUsage.ended(job, attempt, started, parts(job, attempt, end, started), written), job.traceparent()));
    }

    /** The run's time by what came of it. Of work that was stopped, what was saved is good. */
    private static List<Part> parts(Job job, Attempt attempt, End end, Instant started) {
        UsageOutcome outcome = outcome(job, attempt, end);
        Instant good = started;
        if (outcome == UsageOutcome.PREEMPTED) {
            long micros = (long) ((job.progressS() - attempt.progressS()) * 1e6);
            Instant saved = started.plus(Math.max(0, micros), ChronoUnit.MICROS);
            good = saved.isAfter(end.endedAt()) ? end.endedAt() : saved;
        }
        return Stream.of(new Part(started, good, null), new Part(good, end.endedAt(), outcome))
                .filter(part -> part.from().isBefore(part.to()))
                .toList();
    }

    private static @Nullable UsageOutcome outcome(Job job, Attempt attempt, End end) {
        return switch (end.outcome()) {
            case COMPLETED, CANCELLED, EXPIRED -> null;
            case FAILED -> isMinersFault(end) ? UsageOutcome.PROVIDER_FAULT : UsageOutcome.USER_ERROR;
            case STOPPED -> UsageOutcome.PREEMPTED;
            case LOST -> {
                // A miner that was there until it was told to stop, and did not, spoiled nothing: the stop had ended
                // the work.
                boolean stopped =
                        attempt.stopRequested() != null && !end.endedAt().isBefore(attempt.stopRequested());
                yield !stopped ? UsageOutcome.PROVIDER_FAULT : job.cancelRequested() ? null : UsageOutcome.PREEMPTED;
            }
        };
    }

    private void judge(Job job, Attempt attempt, End end, Instant now) {
        boolean completed = end.outcome() == Outcome.COMPLETED;
        if (completed || isMinersFault(end)) {
            outcomes.ended(
                    new JobOutcomes.Ended(
                            job.jobId(),
                            attempt.attempt(),
                            attempt.minerId(),
                            job.tenantId(),
                            completed,
                            end.failCode(),
                            attempt.gpuUuids().size(),
                            end.startedAt(),
                            end.endedAt()),
                    now);
        }
    }

    private JobState follow(Job job, Attempt attempt, End end, Instant now) {
        // A miner that gives a job back unasked, or never begins, is not to blame for it, but not for ever.
        boolean givenBack = end.outcome() == Outcome.EXPIRED
                || (end.outcome() == Outcome.STOPPED && attempt.stopRequested() == null);
        boolean minersFault = isMinersFault(end) || givenBack;
        boolean ownFault = end.outcome() == Outcome.FAILED && !minersFault;
        JobState next;
        if (end.outcome() == Outcome.COMPLETED) {
            next = JobState.COMPLETED;
        } else if (end.outcome() == Outcome.CANCELLED || job.cancelRequested()) {
            next = JobState.CANCELLED;
        } else if (TIMEOUT.equals(end.failCode())
                || (ownFault && job.failures() + 1 >= job.maxAttempts())
                || (minersFault && job.lost() + 1 >= settings.mostLost())) {
            next = JobState.FAILED;
        } else {
            next = JobState.QUEUED;
        }
        if (next == JobState.QUEUED) {
            long waited = job.waitedUntil(attempt.assignedAt()).toMillis();
            jobs.requeued(job, now, waited, end.cause(), minersFault ? 1 : 0, ownFault ? 1 : 0);
        } else {
            String code = next != JobState.FAILED ? null : minersFault ? LOST_TOO_OFTEN : end.failCode();
            jobs.over(job, next, end.endedAt(), code, next == JobState.COMPLETED ? null : end.cause(), end.result());
        }
        return next;
    }

    /** What the miner is to blame for does not use up the job's attempts. */
    private static boolean isMinersFault(End end) {
        boolean own = JOB_ERROR.equals(end.failCode()) || TIMEOUT.equals(end.failCode());
        return end.outcome() == Outcome.LOST || (end.outcome() == Outcome.FAILED && !own);
    }
}
