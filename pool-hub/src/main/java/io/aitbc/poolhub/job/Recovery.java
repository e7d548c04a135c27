package io.aitbc.poolhub.job;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.poolhub.job.Attempt.Outcome;
import io.aitbc.poolhub.job.Attempt.State;
import io.aitbc.poolhub.telemetry.Command;
import io.aitbc.poolhub.telemetry.CommandBook;
import io.aitbc.poolhub.telemetry.JobsTold;
import io.aitbc.service.lifetime.ServiceLifetime;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Ends attempts that will not end by themselves: of silent miners, of such that never answered or do not know the job any more,
 * that run for too long or do not stop; and stops those that should not run.
 */
@Component
class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    /** A hub that was away gives its miners time to be heard again. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Duration GAP = Duration.ofSeconds(30);
    private static final Duration NEWS_ON_ITS_WAY = Duration.ofMinutes(2);
    private static final Duration STOPS_WITHIN = Duration.ofMinutes(5);

    private final JdbcTemplate jdbc;
    private final Jobs jobs;
    private final Attempts attempts;
    private final Endings endings;
    private final Submissions submissions;
    private final CommandBook commands;
    private final PoolView pool;
    private final JobsTold told;
    private final ServiceLifetime lifetime;
    private final Clock clock;
    private @Nullable Instant awaySince;
    private Instant backAt = Instant.MIN;
    /** What miners said up to then was looked through for strays. */
    private Instant lookedAt = Instant.MIN;

    Recovery(
            JdbcTemplate jdbc,
            Jobs jobs,
            Attempts attempts,
            Endings endings,
            Submissions submissions,
            CommandBook commands,
            PoolView pool,
            JobsTold told,
            ServiceLifetime lifetime,
            Clock clock) {
        this.jdbc = jdbc;
        this.jobs = jobs;
        this.attempts = attempts;
        this.endings = endings;
        this.submissions = submissions;
        this.commands = commands;
        this.pool = pool;
        this.told = told;
        this.lifetime = lifetime;
        this.clock = clock;
    }

    /** A pass could not be made: as long as that lasts, heartbeats may not be heard either. */
    void away() {
        if (awaySince == null) {
            awaySince = clock.instant();
        }
    }

    /** A pass could be made. */
    void here() {
        Instant since = awaySince;
        if (since != null && since.plus(GAP).isBefore(clock.instant())) {
            backAt = clock.instant();
        }
        awaySince = null;
    }

    /** Looks after all attempts that are not over. Answers how many were ended. */
    int recover(List<Attempt> active, Instant now) {
        stopStrays(active, now);
        if (active.isEmpty()) {
            return 0;
        }
        pool.onSickGpus(active)
                .forEach(attempt -> submissions.stop(attempt, null, "its GPU must not work any more", now));
        Map<String, Job> placed = jobs.placed();
        int ended = 0;
        for (Attempt attempt : active) {
            Job job = placed.get(attempt.jobId());
            ended += job != null && recover(job, attempt, now) ? 1 : 0;
        }
        return ended;
    }

    private boolean recover(Job job, Attempt attempt, Instant now) {
        Instant started = attempt.startedAt();
        Instant overdue = started == null
                ? Instant.MAX
                : started.plusSeconds(job.maxDurationS()).plus(Endings.GRACE);
        if (overdue.isBefore(now)) {
            return end(attempt, Outcome.FAILED, Endings.TIMEOUT, "it ran for longer than it may", overdue, now);
        }
        if (pool.isDead(attempt.minerId(), now) && isPatienceOver(pool.grace(), now)) {
            return lose(attempt, "its miner " + attempt.minerId() + " fell silent", now);
        }
        if (attempt.state() == State.ASSIGNED && attempt.leaseUntil().isBefore(now)) {
            Duration lease = Duration.between(attempt.assignedAt(), attempt.leaseUntil());
            return isPatienceOver(lease, now) && lose(attempt, "its miner never said that it started", now);
        }
        if (attempt.stopRequested() != null
                && attempt.stopRequested().plus(STOPS_WITHIN).isBefore(now)
                && isPatienceOver(PATIENCE, now)) {
            return lose(attempt, "its miner did not stop it", now);
        }
        return isForgotten(attempt, now) && lose(attempt, "its miner does not know it any more", now);
    }

    /** A miner that says which jobs it has, well after this one began, and does not name it, has lost it. */
    private boolean isForgotten(Attempt attempt, Instant now) {
        Instant started = attempt.startedAt();
        return started != null
                && told.last(attempt.minerId())
                        // What was heard ahead of now was heard before the clock was set back.
                        .map(said -> said.at().isAfter(started.plus(NEWS_ON_ITS_WAY))
                                && !said.at().isAfter(now)
                                && !said.jobs().contains(JobsTold.key(attempt.jobId(), attempt.attempt())))
                        .orElse(false);
    }

    /** Until its miner was last heard of, or was told to stop it: for what came after nobody is charged. */
    private boolean lose(Attempt attempt, String cause, Instant now) {
        Instant started = attempt.startedAt();
        if (started == null) {
            return end(attempt, Outcome.EXPIRED, "lost", cause, now, now);
        }
        Instant heard = pool.lastHeard(attempt.minerId());
        Instant end = heard == null || heard.isAfter(now) ? now : heard;
        if (attempt.stopRequested() != null && end.isAfter(attempt.stopRequested())) {
            end = attempt.stopRequested();
        }
        return end(attempt, Outcome.LOST, "lost", cause, end.isBefore(started) ? started : end, now);
    }

    private boolean end(Attempt seen, Outcome outcome, String failCode, String cause, Instant endedAt, Instant now) {
        Job job = jobs.lock(seen.jobId()).orElseThrow();
        Attempt attempt = attempts.find(seen.jobId(), seen.attempt()).orElseThrow();
        if (attempt.state() != seen.state()) {
            return false;
        }
        LOG.warn("Job {}, attempt {}: {}.", seen.jobId(), seen.attempt(), cause);
        endings.end(job, attempt, new Endings.End(outcome, attempt.startedAt(), endedAt, failCode, cause, null), now);
        return true;
    }

    /** Miners that were thought lost may still run what is over here: they are told to stop. */
    private void stopStrays(List<Attempt> active, Instant now) {
        Set<String> known = new HashSet<>();
        active.forEach(attempt -> known.add(JobsTold.key(attempt.jobId(), attempt.attempt())));
        told.all().forEach((minerId, said) -> {
            for (String key : said.jobs()) {
                boolean fresh = said.at().plus(NEWS_ON_ITS_WAY).isAfter(now)
                        && !said.at().isAfter(now);
                boolean news = said.at().isAfter(lookedAt);
                if (fresh && news && !known.contains(key)) {
                    stopStray(minerId, key, said.at(), now);
                }
            }
        });
        lookedAt = now;
    }

    private void stopStray(String minerId, String key, Instant saidAt, Instant now) {
        String jobId = key.substring(0, key.lastIndexOf('#'));
        int number = Integer.parseInt(key.substring(key.lastIndexOf('#') + 1));
        boolean over = attempts.find(jobId, number)
                .filter(attempt -> attempt.isOver() && attempt.minerId().equals(minerId))
                .map(Attempt::endedAt)
                .map(end -> end.plus(GAP).isBefore(saidAt))
                .orElse(false);
        boolean given = !jdbc.queryForList(
                        "SELECT 1 FROM miner_commands WHERE job_id = ? AND attempt = ? AND created_at > ?",
                        jobId,
                        number,
                        Timestamp.from(now.minus(NEWS_ON_ITS_WAY)))
                .isEmpty();
        if (over && !given) {
            commands.give(new Command(
                    UuidCreator.getTimeOrderedEpoch(),
                    minerId,
                    "stop_job",
                    null,
                    jobId,
                    number,
                    null,
                    "it is over here; somebody else may have it",
                    now));
        }
    }

    private boolean isPatienceOver(Duration patience, Instant now) {
        Instant from = lifetime.startedAt().isAfter(backAt) ? lifetime.startedAt() : backAt;
        return from.plus(patience).isBefore(now);
    }
}
