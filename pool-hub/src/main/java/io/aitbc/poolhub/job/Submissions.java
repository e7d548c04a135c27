package io.aitbc.poolhub.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.poolhub.job.Attempt.Outcome;
import io.aitbc.poolhub.telemetry.Command;
import io.aitbc.poolhub.telemetry.CommandBook;
import io.aitbc.poolhub.usage.UsageEvents;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.ApiKeys;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Problem;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Takes jobs, and takes them back. */
@Service
class Submissions {

    private static final int LONGEST_SPEC = 64 * 1024;

    /** What came of it. */
    record Taken(Job job, boolean isNew) {}

    private final Jobs jobs;
    private final Attempts attempts;
    private final Endings endings;
    private final CommandBook commands;
    private final UsageEvents usage;
    private final AuditLog audit;
    private final ApplicationEventPublisher events;
    private final ObjectMapper json;
    private final Clock clock;

    Submissions(
            Jobs jobs,
            Attempts attempts,
            Endings endings,
            CommandBook commands,
            UsageEvents usage,
            AuditLog audit,
            ApplicationEventPublisher events,
            ObjectMapper json,
            Clock clock) {
        this.jobs = jobs;
        this.attempts = attempts;
        this.endings = endings;
        this.commands = commands;
        this.usage = usage;
        this.audit = audit;
        this.events = events;
        this.json = json;
        this.clock = clock;
    }

    /**
     * Queues a job; the same job again is the same job. The coordinator, which calls as a service, is told of its changes.
     *
     * @throws Problem 409 when another job has that name, 422 when what it is to run is too long
     */
    @Transactional
    public Taken submit(Caller caller, SubmitJob said, @Nullable String traceparent) {
        Instant now = now();
        String spec = written(said.spec());
        if (said.spec() != null && (!said.spec().isObject() || spec.length() > LONGEST_SPEC)) {
            throw Problem.unprocessable(
                    "bad-spec", "spec must be a JSON object of at most " + LONGEST_SPEC + " characters.");
        }
        SubmitJob.Requirements required = said.required();
        Job job = new Job(
                Objects.requireNonNull(said.jobId()),
                Objects.requireNonNull(said.tenantId()),
                JobState.QUEUED,
                said.gpus(),
                said.minVramGb() == null ? 0 : said.minVramGb(),
                required.gpuName(),
                required.region(),
                required.capabilitiesAll() == null ? List.of() : required.capabilitiesAll(),
                required.maxPrice(),
                said.priorityOrUsual(),
                Boolean.TRUE.equals(said.preemptible()),
                said.longestSeconds(),
                said.expectedSeconds(),
                said.maxAttempts() == null ? 1 : said.maxAttempts(),
                spec,
                0,
                0,
                0,
                now,
                now,
                0,
                null,
                null,
                0,
                false,
                null,
                null,
                null,
                traceparent);
        String digest = ApiKeys.sha256(written(said));
        if (!jobs.insert(job, digest, caller.name(), caller.is(Role.SERVICE))) {
            if (!jobs.digest(job.jobId()).equals(digest)) {
                throw Problem.conflict("job-known", "Another job is called " + job.jobId() + "; choose another name.");
            }
            return new Taken(jobs.find(job.jobId()).orElseThrow(), false);
        }
        usage.record(JobUsage.traced(List.of(JobUsage.call(job.jobId(), job.tenantId(), now)), job.traceparent()));
        audit.record(caller, "job.submit", job.jobId(), null, said);
        events.publishEvent(new JobSubmitted(job));
        return new Taken(job, true);
    }

    /**
     * Cancels a job: at once when it does not run, else as soon as its miner has stopped it. Cancelling twice is cancelling
     * once.
     *
     * @throws Problem 404 when there is none, 409 when it came to another end
     */
    @Transactional
    public Job cancel(Caller caller, String jobId, String reason) {
        Job job = jobs.lock(jobId).orElseThrow(() -> unknown(jobId));
        if (job.state() == JobState.CANCELLED || job.cancelRequested()) {
            return job;
        }
        if (job.state().isOver()) {
            throw Problem.conflict(
                    "job-over",
                    "The job has " + job.state().name().toLowerCase(Locale.ROOT) + "; there is nothing to cancel.");
        }
        Instant now = now();
        audit.record(caller, "job.cancel", jobId, job.state(), reason);
        jobs.cancelRequested(jobId);
        Attempt attempt =
                attempts.find(jobId, job.attempt()).filter(a -> !a.isOver()).orElse(null);
        if (attempt == null) {
            jobs.over(job, JobState.CANCELLED, now, null, reason, null);
            return jobs.find(jobId).orElseThrow();
        }
        Job cancelled = jobs.find(jobId).orElseThrow();
        stop(attempt, null, "cancelled: " + reason, now);
        if (attempt.state() == Attempt.State.ASSIGNED) {
            endings.end(cancelled, attempt, new Endings.End(Outcome.CANCELLED, null, now, null, reason, null), now);
        }
        return jobs.find(jobId).orElseThrow();
    }

    /** Tells a miner to stop a job; once. Answers whether it is news. */
    @Transactional
    public boolean stop(Attempt attempt, @Nullable String forJob, String reason, Instant now) {
        if (!attempts.stopRequested(attempt.jobId(), attempt.attempt(), forJob, reason, now)) {
            return false;
        }
        commands.give(new Command(
                UuidCreator.getTimeOrderedEpoch(),
                attempt.minerId(),
                "stop_job",
                null,
                attempt.jobId(),
                attempt.attempt(),
                null,
                reason.substring(0, Math.min(500, reason.length())),
                now));
        return true;
    }

    static Problem unknown(String jobId) {
        return Problem.notFound("unknown-job", "There is no job " + jobId + " here.");
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private String written(@Nullable Object value) {
        if (value == null) {
            return "{}";
        }
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw Problem.unprocessable("bad-spec", "spec cannot be written as JSON.");
        }
    }
}
