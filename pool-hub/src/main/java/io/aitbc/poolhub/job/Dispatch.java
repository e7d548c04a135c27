package io.aitbc.poolhub.job;

import io.aitbc.gpu.scheduling.Decision;
import io.aitbc.gpu.scheduling.Decision.Place;
import io.aitbc.gpu.scheduling.Decision.Preempt;
import io.aitbc.gpu.scheduling.Running;
import io.aitbc.gpu.scheduling.Scheduler;
import io.aitbc.poolhub.gpu.GpuLeases;
import io.aitbc.poolhub.job.Attempt.Outcome;
import io.aitbc.poolhub.match.JobOutcomes;
import io.aitbc.poolhub.telemetry.JobsTold;
import io.aitbc.service.lifetime.ServiceLifetime;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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

    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);
    private static final int MOST_QUEUED = 2_000;
    private static final int SUSPECT_FAILURES = 3;
    private static final Duration NEWS_ON_ITS_WAY = Duration.ofMinutes(2);
    private static final Duration SHORTEST_CHECKED = Duration.ofMinutes(2);
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
    private final Endings endings;
    private final Submissions submissions;
    private final PoolView pool;
    private final JobsTold told;
    private final GpuLeases leases;
    private final JobOutcomes outcomes;
    private final ServiceLifetime lifetime;
    private final JobSettings settings;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    Dispatch(
            JdbcTemplate jdbc,
            Jobs jobs,
            Attempts attempts,
            Endings endings,
            Submissions submissions,
            PoolView pool,
            JobsTold told,
            GpuLeases leases,
            JobOutcomes outcomes,
            ServiceLifetime lifetime,
            JobSettings settings,
            ApplicationEventPublisher events,
            Clock clock) {
        this.jdbc = jdbc;
        this.jobs = jobs;
        this.attempts = attempts;
        this.endings = endings;
        this.submissions = submissions;
        this.pool = pool;
        this.told = told;
        this.leases = leases;
        this.outcomes = outcomes;
        this.lifetime = lifetime;
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
        int takenBack = takeBack(active, now);
        List<Job> queue = jobs.queued(MOST_QUEUED);
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
        Scheduler scheduler = pool.scheduler(going, prices, now);
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
        attempts.insert(new Attempt(
                job.jobId(),
                number,
                miner,
                place.gpuUuids(),
                Attempt.State.ASSIGNED,
                now,
                now.plus(settings.lease()),
                null,
                null,
                null,
                null,
                null,
                null,
                null));
        outcomes.placed(job.jobId(), miner, now);
        events.publishEvent(new JobPlaced(job, place, now));
    }

    /** Ends attempts whose miners are silent or never answered; a hub that was away itself is patient first. */
    private int takeBack(List<Attempt> active, Instant now) {
        int count = 0;
        for (Attempt attempt : active) {
            boolean dead = !pool.isAlive(attempt.minerId(), now) && isPatienceOver(Duration.ofMinutes(5), now);
            boolean expired = attempt.state() == Attempt.State.ASSIGNED
                    && attempt.leaseUntil().isBefore(now)
                    && isPatienceOver(settings.lease(), now);
            if (dead) {
                count += takeBack(attempt, "its miner " + attempt.minerId() + " fell silent", now) ? 1 : 0;
            } else if (expired) {
                count += takeBack(attempt, "its miner never said that it started", now) ? 1 : 0;
            } else if (isForgotten(attempt)) {
                count += takeBack(attempt, "its miner does not know it any more", now) ? 1 : 0;
            } else {
                stopWhenTooLong(attempt, now);
            }
        }
        return count;
    }

    /** A miner that says which jobs it has, well after this one began, and does not name it, has lost it. */
    private boolean isForgotten(Attempt attempt) {
        Instant started = attempt.startedAt();
        return started != null
                && told.last(attempt.minerId())
                        .map(said -> said.at().isAfter(started.plus(NEWS_ON_ITS_WAY))
                                && !said.jobs().contains(JobsTold.key(attempt.jobId(), attempt.attempt())))
                        .orElse(false);
    }

    /** Miners end jobs that run for too long themselves; one that did not is told to. */
    private void stopWhenTooLong(Attempt attempt, Instant now) {
        Instant started = attempt.startedAt();
        if (started == null
                || attempt.stopRequested() != null
                || started.plus(SHORTEST_CHECKED).isAfter(now)) {
            return;
        }
        jobs.find(attempt.jobId())
                .filter(job -> started.plusSeconds(job.maxDurationS())
                        .plus(NEWS_ON_ITS_WAY)
                        .isBefore(now))
                .ifPresent(job -> submissions.stop(attempt, null, "it has run for longer than it may", now));
    }

    private boolean takeBack(Attempt attempt, String cause, Instant now) {
        Job job = jobs.lock(attempt.jobId()).orElseThrow();
        Attempt current = attempts.find(attempt.jobId(), attempt.attempt()).orElseThrow();
        if (current.isOver() || current.state() != attempt.state()) {
            return false;
        }
        Instant started = current.startedAt();
        Instant heard = pool.lastHeard(attempt.minerId());
        Instant end = started == null ? now : heard == null || heard.isBefore(started) ? started : heard;
        LOG.warn("Job {}, attempt {}: {}.", attempt.jobId(), attempt.attempt(), cause);
        endings.end(
                job,
                current,
                new Endings.End(
                        started == null ? Outcome.EXPIRED : Outcome.LOST,
                        started,
                        end.isAfter(now) ? now : end,
                        "lost",
                        cause,
                        null),
                now);
        return true;
    }

    private boolean isPatienceOver(Duration patience, Instant now) {
        return lifetime.othersAlive() || lifetime.startedAt().plus(patience).isBefore(now);
    }
}
