package io.aitbc.poolhub.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.poolhub.gpu.GpuLeases;
import io.aitbc.poolhub.job.Attempt.Outcome;
import io.aitbc.poolhub.job.Attempt.State;
import io.aitbc.service.web.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Takes what miners say of their jobs: once, in whatever order it comes, and however late. Their clocks may be wrong: what a
 * message says of its own sending tells by how much.
 */
@Service
class JobEvents {

    /** A clock that is off by less than this is right: the message was on its way. */
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(2);

    /** What a miner can say. */
    enum Type {
        started,
        progress,
        completed,
        failed,
        stopped
    }

    /**
     * One message.
     *
     * @param attempt which attempt it is about; the miner's latest unless told
     * @param at when it happened, by the miner's clock
     * @param startedAt when the attempt began to run, with its end, in case that news is still on its way
     * @param sentAt when the message was sent, by the same clock
     * @param progressS how much of the job's work is saved, in seconds of running
     */
    record Said(
            @Nullable Type type,
            @Nullable Integer attempt,
            @Nullable Instant at,
            @Nullable Instant startedAt,
            @Nullable Instant sentAt,
            @Nullable Double progressS,
            @Nullable String failCode,
            @Nullable String detail,
            @Nullable JsonNode result) {}

    /**
     * The answer.
     *
     * @param goOn whether the miner may go on with it
     */
    record Heard(String jobId, JobState state, int attempt, boolean duplicate, boolean goOn) {}

    private final Jobs jobs;
    private final Attempts attempts;
    private final Endings endings;
    private final GpuLeases leases;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    JobEvents(
            Jobs jobs,
            Attempts attempts,
            Endings endings,
            GpuLeases leases,
            ApplicationEventPublisher events,
            Clock clock) {
        this.events = events;
        this.jobs = jobs;
        this.attempts = attempts;
        this.endings = endings;
        this.leases = leases;
        this.clock = clock;
    }

    /**
     * Takes one message.
     *
     * @throws Problem 404 when the miner never had the job, 422 when the message makes no sense
     */
    @Transactional
    public Heard take(String minerId, String jobId, Said said) {
        Job job = jobs.lock(jobId).orElseThrow(() -> Submissions.unknown(jobId));
        Attempt attempt = attempts.of(jobId).stream()
                .filter(one ->
                        one.minerId().equals(minerId) && (said.attempt() == null || one.attempt() == said.attempt()))
                .reduce((first, second) -> second)
                .orElseThrow(() -> Submissions.unknown(jobId));
        if (said.type() == null || said.at() == null) {
            throw Problem.unprocessable("invalid-request", "type and at must be given.");
        }
        check(said);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Type type = Objects.requireNonNull(said.type());
        Instant at = ours(said, Objects.requireNonNull(said.at()), now, attempt);
        if (type == Type.progress) {
            progress(job, attempt, said);
            return heard(job.jobId(), attempt, false);
        }
        String detail = said.result() == null ? null : said.result().toString();
        if (detail != null && detail.length() > 64 * 1024) {
            throw Problem.unprocessable("invalid-request", "result must have at most 65536 characters.");
        }
        boolean news = attempts.said(attempt, type.name(), at, now, detail);
        if (news) {
            apply(job, attempt, type, said, at, now, detail);
        }
        return heard(jobId, attempt, !news);
    }

    private static void check(Said said) {
        if (said.failCode() != null && !said.failCode().matches("[A-Za-z0-9_.-]{1,64}")) {
            throw Problem.unprocessable(
                    "invalid-request", "fail_code must have 1 to 64 letters, digits, dots, dashes or underscores.");
        }
        boolean nul = (said.detail() != null && said.detail().indexOf('\0') >= 0)
                || (said.result() != null && said.result().toString().contains("\\u0000"));
        if (nul) {
            throw Problem.unprocessable("invalid-request", "detail and result must not contain NUL.");
        }
    }

    private Heard heard(String jobId, Attempt about, boolean duplicate) {
        Job job = jobs.find(jobId).orElseThrow();
        Attempt attempt = attempts.find(jobId, about.attempt()).orElseThrow();
        return new Heard(
                jobId, job.state(), attempt.attempt(), duplicate, !attempt.isOver() && attempt.stopRequested() == null);
    }

    private void apply(
            Job job, Attempt attempt, Type type, Said said, Instant at, Instant now, @Nullable String detail) {
        boolean comesBack = attempt.isOver()
                && (attempt.outcome() == Outcome.LOST || attempt.outcome() == Outcome.EXPIRED)
                && job.state() == JobState.QUEUED
                && job.attempt() == attempt.attempt();
        if (attempt.isOver() && !comesBack) {
            return;
        }
        if (type == Type.started) {
            if (!comesBack || takesBack(attempt)) {
                start(job, attempt, at);
            }
            return;
        }
        Instant started = attempt.startedAt();
        if (started == null && said.startedAt() != null) {
            started = ours(said, said.startedAt(), now, attempt);
        }
        Instant ended = bounded(ended(said, started, at, now), started, job);
        progress(job, attempt, said);
        endings.end(
                jobs.find(job.jobId()).orElseThrow(),
                attempt,
                end(job, attempt, type, said, started, ended, detail),
                now);
    }

    /** How long it ran is told best by the one clock that saw both its beginning and its end. */
    private static Instant ended(Said said, @Nullable Instant started, Instant at, Instant now) {
        if (started == null) {
            return at;
        }
        Instant theirs = Objects.requireNonNull(said.at());
        if (said.startedAt() != null && !theirs.isBefore(said.startedAt())) {
            Instant end =
                    started.plus(Duration.between(said.startedAt(), theirs)).truncatedTo(ChronoUnit.MICROS);
            return end.isAfter(now) ? now : end;
        }
        return at.isBefore(started) ? started : at;
    }

    /** Nobody is charged for more than a job may run. */
    private static Instant bounded(Instant ended, @Nullable Instant started, Job job) {
        Instant last = started == null
                ? ended
                : started.plusSeconds(job.maxDurationS()).plus(Endings.GRACE);
        return ended.isAfter(last) ? last : ended;
    }

    private static Endings.End end(
            Job job,
            Attempt attempt,
            Type type,
            Said said,
            @Nullable Instant started,
            Instant ended,
            @Nullable String detail) {
        if (type == Type.completed) {
            return new Endings.End(Outcome.COMPLETED, started, ended, null, "completed", detail);
        }
        String told = said.detail() == null ? "" : said.detail();
        if (type == Type.failed) {
            String code = said.failCode() == null ? "miner_error" : said.failCode();
            String cause = told.isEmpty() ? code : code + ": " + told;
            return new Endings.End(Outcome.FAILED, started, ended, code, cause, detail);
        }
        String why = attempt.cause() != null ? attempt.cause() : told.isEmpty() ? "stopped by its miner" : told;
        Outcome outcome = job.cancelRequested() ? Outcome.CANCELLED : Outcome.STOPPED;
        return new Endings.End(outcome, started, ended, null, why, detail);
    }

    private void start(Job job, Attempt attempt, Instant at) {
        if (attempt.state() == State.RUNNING) {
            return;
        }
        attempts.running(attempt, at);
        jobs.running(job.jobId(), at);
        events.publishEvent(new JobStarted(attempt.minerId()));
    }

    /** A miner that was thought lost has the job still: it keeps it, when nobody else got its GPUs. */
    private boolean takesBack(Attempt attempt) {
        try {
            leases.take(attempt.gpuUuids(), attempt.minerId(), attempt.jobId(), attempt.attempt());
            return true;
        } catch (DuplicateKeyException taken) {
            throw Problem.conflict("gpus-taken", "Another job has the GPUs by now; stop this one.");
        }
    }

    private void progress(Job job, Attempt attempt, Said said) {
        Double seconds = said.progressS();
        if (seconds != null && !attempt.isOver() && seconds >= 0 && seconds < 1e9) {
            jobs.progress(job.jobId(), seconds);
        }
    }

    /** A miner's instant by our clock; never before it got the job, never ahead of now. */
    private static Instant ours(Said said, Instant theirs, Instant now, Attempt attempt) {
        Instant at = theirs;
        if (said.sentAt() != null) {
            Duration off = Duration.between(said.sentAt(), now);
            at = off.abs().compareTo(ON_ITS_WAY) > 0 ? theirs.plus(off) : theirs;
        }
        Instant bounded = at.isAfter(now) ? now : at.isBefore(attempt.assignedAt()) ? attempt.assignedAt() : at;
        return bounded.truncatedTo(ChronoUnit.MICROS);
    }
}
