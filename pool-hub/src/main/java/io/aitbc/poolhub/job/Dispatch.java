package io.aitbc.poolhub.job;

import io.aitbc.gpu.scheduling.Decision;
import io.aitbc.gpu.scheduling.Decision.Place;
import io.aitbc.gpu.scheduling.Decision.Preempt;
import io.aitbc.gpu.scheduling.Running;
import io.aitbc.gpu.scheduling.Scheduler;
import io.aitbc.poolhub.gpu.GpuLeases;
import io.aitbc.poolhub.match.JobOutcomes;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * One pass over the queue: takes back what was lost, and gives what is free. Everything that it decides by is read from the
 * database within its transaction, so that any replica can make any pass; only one does at a time.
 */
@Component
class Dispatch {

    private static final int MOST_QUEUED = 10_000;
    private static final int SUSPECT_FAILURES = 3;
    private static final Duration MAY_STILL_COUNT = Duration.ofSeconds(90);
    private static final Duration SUSPECT_FOR = Duration.ofHours(6);

    /**
     * What a pass did.
     *
     * @param made false when another replica was at it
     */
    record Passed(boolean made, int placed, int stopped, int takenBack) {}

    private final JdbcTemplate jdbc;
    private final Jobs jobs;
    private final Attempts attempts;
    private final Recovery recovery;
    private final Submissions submissions;
    private final PoolView pool;
    private final GpuLeases leases;
    private final JobOutcomes outcomes;
    private final JobSettings settings;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    Dispatch(
            JdbcTemplate jdbc,
            Jobs jobs,
            Attempts attempts,
            Recovery recovery,
            Submissions submissions,
            PoolView pool,
            GpuLeases leases,
            JobOutcomes outcomes,
            JobSettings settings,
            ApplicationEventPublisher events,
            Clock clock) {
        this.jdbc = jdbc;
        this.jobs = jobs;
        this.attempts = attempts;
        this.recovery = recovery;
        this.submissions = submissions;
        this.pool = pool;
        this.leases = leases;
        this.outcomes = outcomes;
        this.settings = settings;
        this.events = events;
        this.clock = clock;
    }

    /** One pass, in the caller's transaction. */
    @Transactional(propagation = Propagation.MANDATORY)
    public Passed pass() {
        if (jdbc.queryForList("SELECT passes FROM job_dispatch FOR UPDATE SKIP LOCKED")
                .isEmpty()) {
            return new Passed(false, 0, 0, 0);
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        List<Attempt> active = attempts.active();
        int takenBack = recovery.recover(active, now);
        List<Job> queue = jobs.queued(now, MOST_QUEUED);
        if (queue.isEmpty()) {
            return new Passed(true, 0, 0, takenBack);
        }
        List<Attempt> going = takenBack == 0 ? active : attempts.active();
        Scheduler scheduler = scheduler(queue, going, now);
        Map<String, List<String>> keptBefore = scheduler.kept();
        Map<String, Job> byId = new HashMap<>();
        queue.forEach(job -> byId.put(job.jobId(), job));
        int placed = 0;
        int stopped = 0;
        for (Decision decision : scheduler.schedule(now)) {
            if (decision instanceof Place place) {
                place(Objects.requireNonNull(byId.get(place.jobId())), place, now);
                placed++;
            } else if (decision instanceof Preempt preempt) {
                Attempt victim = going.stream()
                        .filter(one -> one.jobId().equals(preempt.jobId()))
                        .findFirst()
                        .orElseThrow();
                stopped += submissions.stop(victim, preempt.forJob(), preempt.reason(), now) ? 1 : 0;
            }
        }
        Map<String, List<String>> kept = scheduler.kept();
        if (!kept.equals(keptBefore)) {
            attempts.claims(kept);
        }
        return new Passed(true, placed, stopped, takenBack);
    }

    private Scheduler scheduler(List<Job> queue, List<Attempt> going, Instant now) {
        List<BigDecimal> prices = new ArrayList<>();
        queue.stream().map(Job::maxPrice).filter(Objects::nonNull).distinct().forEach(prices::add);
        Scheduler scheduler = pool.scheduler(going, attempts.endedSince(now.minus(MAY_STILL_COUNT)), prices, now);
        Map<String, Job> placed = going.isEmpty() ? Map.of() : jobs.placed();
        for (Attempt attempt : going) {
            Job job = placed.get(attempt.jobId());
            if (job != null) {
                scheduler.restore(new Running(
                        job.request(),
                        attempt.gpuUuids(),
                        attempt.startedAt() == null ? attempt.assignedAt() : attempt.startedAt(),
                        job.waitedUntil(attempt.assignedAt()),
                        Duration.ofMillis((long) (job.progressS() * 1_000)),
                        attempt.stopRequested() != null));
            }
        }
        for (Job job : queue) {
            scheduler.submit(job.request(), job.queuedAt(), Duration.ofMillis(job.waitedMs()), Duration.ofMillis((long)
                    (job.progressS() * 1_000)));
        }
        attempts.claims().forEach(scheduler::keep);
        attempts.onSuspects(now.minus(SUSPECT_FOR), SUSPECT_FAILURES)
                .forEach(ended -> scheduler.remember(
                        ended.minerId(),
                        ended.jobId(),
                        ended.completed()
                                ? io.aitbc.gpu.scheduling.Outcome.COMPLETED
                                : io.aitbc.gpu.scheduling.Outcome.FAILED,
                        ended.at()));
        return scheduler;
    }

    private void place(Job job, Place place, Instant now) {
        int number = job.attempt() + 1;
        String miner = place.nodes().get(0);
        if (!jobs.assigned(job.jobId(), number)) {
            // Cancelled since it was read: the transaction is not worth keeping, the next pass is soon.
            throw new IllegalStateException("job " + job.jobId() + " does not wait any more");
        }
        leases.take(place.gpuUuids(), miner, job.jobId(), number);
        attempts.insert(job.jobId(), number, miner, place.gpuUuids(), now, now.plus(settings.lease()));
        outcomes.placed(job.jobId(), miner, now);
        events.publishEvent(new JobPlaced(job, place, now));
    }
}
