package io.aitbc.coordinator.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.coordinator.account.Admissions;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.ApiKeys;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Takes jobs and takes them back, durably, whether the pool is there or not. */
@Service
class Submissions {

    private static final int LONGEST_SPEC = 64 * 1024;

    /** What came of it. */
    record Taken(TenantJob job, boolean isNew) {}

    private final TenantJobs jobs;
    private final Admissions admissions;
    private final JobCost cost;
    private final JobMeters meters;
    private final AuditLog audit;
    private final ObjectMapper json;
    private final Clock clock;

    Submissions(
            TenantJobs jobs,
            Admissions admissions,
            JobCost cost,
            JobMeters meters,
            AuditLog audit,
            ObjectMapper json,
            Clock clock) {
        this.jobs = jobs;
        this.admissions = admissions;
        this.cost = cost;
        this.meters = meters;
        this.audit = audit;
        this.json = json;
        this.clock = clock;
    }

    /**
     * Reserves what a job may use and records it, both or neither; the same again is the same job.
     *
     * @param tenantId whose it is, for which the caller may write
     * @param key under which a repetition is known
     * @throws Problem 409 when the key or the name is another job's, 422 when it makes no sense or has no price, 402 or 403 when
     *     credit or quota do not suffice
     */
    @Transactional
    public Taken submit(Caller caller, String tenantId, NewJob said, @Nullable String key, String traceparent) {
        check(said);
        String digest = ApiKeys.sha256(written(said.named(said.jobId(), tenantId)));
        UUID id = UuidCreator.getTimeOrderedEpoch();
        String name = said.jobId() == null ? id.toString() : said.jobId();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        TenantJob job = new TenantJob(
                name,
                id,
                tenantId,
                JobState.SUBMITTED,
                said.gpus(),
                said.longestSeconds(),
                0,
                0,
                null,
                null,
                null,
                null,
                traceparent,
                now,
                null,
                null,
                null,
                null,
                false,
                digest);
        // The pool knows the job by our id.
        if (!jobs.insert(job, written(said.named(id.toString(), tenantId)), key, caller.name())) {
            return known(tenantId, key, name, digest);
        }
        try {
            admissions.reserve(caller, tenantId, id.toString(), JobCost.most(said), cost.most(tenantId, said, now));
        } catch (Problem refused) {
            throw refused.status() == HttpStatus.NOT_FOUND ? refused : refused.adding(said.reserved());
        }
        audit.record(
                caller,
                "job.submit",
                name,
                null,
                Map.of(
                        "tenant_id",
                        tenantId,
                        "pool_job_id",
                        id,
                        "gpu_count",
                        said.gpus(),
                        "max_duration_s",
                        said.longestSeconds()));
        return new Taken(job, true);
    }

    private Taken known(String tenantId, @Nullable String key, String name, String digest) {
        TenantJob known = jobs.known(tenantId, key, name).orElseThrow();
        if (known.digest().equals(digest)) {
            return new Taken(known, false);
        }
        throw known.jobId().equals(name)
                ? Problem.conflict("job-known", "Another job is called " + name + "; choose another name.")
                : Problem.conflict(
                        "key-reused", "This Idempotency-Key was used for another job; use a new key for a new job.");
    }

    /**
     * Cancels a job: at once when the pool does not know it, else as soon as the pool has done so. Cancelling twice is cancelling
     * once.
     *
     * @param tenantId whose jobs are meant; null for any
     * @throws Problem 404 when there is none, 409 when it came to another end
     */
    @Transactional
    public TenantJob cancel(Caller caller, @Nullable String tenantId, String jobId, String reason) {
        TenantJob job = only(jobs.lock(tenantId, jobId), jobId);
        if (job.state() == JobState.CANCELLED
                || (job.cancelRequestedAt() != null && !job.state().isOver())) {
            return job;
        }
        if (job.state().isOver()) {
            throw Problem.conflict(
                    "job-over",
                    "The job is " + job.state().name().toLowerCase(Locale.ROOT) + "; there is nothing to cancel.");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        if (job.isOnlyHere()) {
            jobs.cancelled(job.poolJobId(), reason, now);
            admissions.release(job.tenantId(), job.poolJobId().toString());
            meters.overWithoutRunning(JobState.CANCELLED);
        } else {
            jobs.toBeCancelled(job.poolJobId(), reason, now);
        }
        audit.record(caller, "job.cancel", job.jobId(), job.state(), reason);
        return jobs.find(job.poolJobId()).orElseThrow();
    }

    /**
     * The one job that a name means.
     *
     * @throws Problem 404 when there is none, 409 when several tenants have one of that name
     */
    static TenantJob only(List<TenantJob> found, String name) {
        if (found.isEmpty()) {
            String shown = name.length() <= 128 ? name : name.substring(0, 128) + "…";
            throw Problem.notFound("unknown-job", "There is no job " + shown + " here.");
        }
        boolean isPools = found.get(0).poolJobId().toString().equals(name);
        if (found.size() > 1 && !isPools) {
            throw Problem.conflict("several-jobs", "Several tenants have a job of that name; add tenant_id.");
        }
        return found.get(0);
    }

    private void check(NewJob said) {
        if (said.spec() != null
                && (!said.spec().isObject() || written(said.spec()).length() > LONGEST_SPEC)) {
            throw Problem.unprocessable(
                    "bad-spec", "spec must be a JSON object of at most " + LONGEST_SPEC + " characters.");
        }
        String whole = written(said);
        if (whole.contains("\\u0000") || !Texts.isStorable(whole)) {
            throw Problem.unprocessable(
                    "invalid-request", "The job holds a NUL or half a surrogate pair, which cannot be stored.");
        }
    }

    private String written(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw Problem.unprocessable("bad-spec", "spec cannot be written as JSON.");
        }
    }
}
