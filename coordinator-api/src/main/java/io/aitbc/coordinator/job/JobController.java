package io.aitbc.coordinator.job;

import io.aitbc.coordinator.tenant.TenantReads;
import io.aitbc.coordinator.tenant.TenantScope;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Cursors;
import io.aitbc.service.web.Links;
import io.aitbc.service.web.Page;
import io.aitbc.service.web.Problem;
import io.micrometer.tracing.Tracer;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Tenants' jobs over HTTP. */
@RestController
@RequestMapping("/v1/jobs")
class JobController {

    record Reason(@NotBlank @Size(max = 400) @Nullable String reason) {}

    private static final int LONGEST_KEY = 128;

    private final Submissions submissions;
    private final Placement placement;
    private final TenantJobs jobs;
    private final TenantReads reads;
    private final JobMeters meters;
    private final Tracer tracer;

    JobController(
            Submissions submissions,
            Placement placement,
            TenantJobs jobs,
            TenantReads reads,
            JobMeters meters,
            Tracer tracer) {
        this.submissions = submissions;
        this.placement = placement;
        this.jobs = jobs;
        this.reads = reads;
        this.meters = meters;
        this.tracer = tracer;
    }

    @PostMapping
    @Allowed({Role.TENANT, Role.OPERATOR})
    @Operation(
            summary = "Submit a job",
            description =
                    "201 once it is recorded, whether the pool is there or not; 200 when the same was submitted before,"
                            + " known by its job_id or the Idempotency-Key header. What it may use is reserved: 403 beyond a hard quota,"
                            + " 402 beyond the credit limit.")
    ResponseEntity<TenantJob> submit(
            Caller caller,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @RequestHeader(name = "traceparent", required = false) @Nullable String traceparent,
            @Valid @RequestBody NewJob said) {
        requireGood(key);
        String tenantId = reads.writable(caller, said.tenantId());
        if (tenantId == null) {
            throw Problem.unprocessable("no-tenant", "Say in tenant_id whose job it is.");
        }
        Submissions.Taken taken = meters.submitting(() -> {
            Submissions.Taken recorded =
                    submissions.submit(caller, tenantId, said, key, TraceParent.of(tracer, traceparent));
            if (recorded.isNew()) {
                placement.now(recorded.job().poolJobId());
            }
            return recorded;
        });
        TenantJob job = jobs.find(taken.job().poolJobId()).orElseThrow();
        return ResponseEntity.status(taken.isNew() ? HttpStatus.CREATED : HttpStatus.OK)
                .location(URI.create("/v1/jobs/" + job.jobId()))
                .body(job);
    }

    @GetMapping
    @Allowed({Role.TENANT, Role.OPERATOR, Role.VIEWER, Role.SERVICE})
    @Operation(summary = "List jobs, the latest first")
    ResponseEntity<Page<TenantJob>> list(
            Caller caller,
            HttpServletRequest request,
            @RequestParam(name = "tenant_id", required = false) @Nullable String tenantId,
            @RequestParam(required = false) @Nullable JobState state,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit) {
        UUID before = cursor == null ? TenantJobs.LAST : place(cursor);
        List<TenantJob> found = reads.read(caller, tenantId, scope -> jobs.before(before, scope, state, limit + 1));
        return Links.page(
                request,
                Page.of(found, limit, last -> Cursors.encode(last.poolJobId().toString())));
    }

    @GetMapping("/{jobId}")
    @Allowed({Role.TENANT, Role.OPERATOR, Role.VIEWER, Role.SERVICE})
    @Operation(summary = "Read a job, by the tenant's name for it or the pool's")
    TenantJob get(
            Caller caller,
            @PathVariable String jobId,
            @RequestParam(name = "tenant_id", required = false) @Nullable String tenantId) {
        requireStorable(jobId);
        return reads.read(caller, tenantId, scope -> Submissions.only(jobs.named(scope, jobId), jobId));
    }

    @PostMapping("/{jobId}/cancel")
    @Allowed({Role.TENANT, Role.OPERATOR})
    @Operation(
            summary = "Take a job back",
            description =
                    "At once when the pool does not have it yet; otherwise its state changes when the pool has stopped it."
                            + " Recorded, whether the pool is there or not.")
    TenantJob cancel(
            Caller caller,
            @PathVariable String jobId,
            @RequestParam(name = "tenant_id", required = false) @Nullable String tenantId,
            @Valid @RequestBody Reason why) {
        requireStorable(jobId);
        String reason = Objects.requireNonNull(why.reason());
        if (!Texts.isStorable(reason)) {
            throw Problem.unprocessable("invalid-request", "reason must not contain NUL or half a surrogate pair.");
        }
        TenantScope scope = reads.read(caller, tenantId, own -> own);
        TenantJob job = submissions.cancel(caller, scope.tenantId(), jobId, reason);
        placement.now(job.poolJobId());
        return jobs.find(job.poolJobId()).orElseThrow();
    }

    private static void requireStorable(String jobId) {
        if (!Texts.isStorable(jobId)) {
            throw Problem.notFound("unknown-job", "There is no such job here.");
        }
    }

    private static void requireGood(@Nullable String key) {
        if (key != null && (key.isBlank() || key.length() > LONGEST_KEY || !Texts.isStorable(key))) {
            throw Problem.unprocessable(
                    "bad-idempotency-key", "Idempotency-Key must have 1 to " + LONGEST_KEY + " characters.");
        }
    }

    private static UUID place(String cursor) {
        return Cursors.id(Cursors.decode(cursor, 1).get(0));
    }
}
