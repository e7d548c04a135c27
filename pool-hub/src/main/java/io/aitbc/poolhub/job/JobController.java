package io.aitbc.poolhub.job;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Cursors;
import io.aitbc.service.web.Links;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
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

@RestController
@RequestMapping("/v1/jobs")
@Allowed({Role.OPERATOR, Role.SERVICE, Role.VIEWER})
class JobController {

    private static final Instant LAST = Instant.parse("9999-01-01T00:00:00Z");

    record Reason(@NotBlank @Size(max = 400) @Nullable String reason) {}

    /** A job with its attempts. */
    record View(@JsonUnwrapped Job job, List<Attempt> attempts) {}

    private final Submissions submissions;
    private final Jobs jobs;
    private final Attempts attempts;
    private final JobTraces traces;
    private final JobMeters meters;

    JobController(Submissions submissions, Jobs jobs, Attempts attempts, JobTraces traces, JobMeters meters) {
        this.submissions = submissions;
        this.jobs = jobs;
        this.attempts = attempts;
        this.traces = traces;
        this.meters = meters;
    }

    @Operation(summary = "Queue a job; the same job again is the same job")
    @Allowed({Role.OPERATOR, Role.SERVICE})
    @PostMapping
    ResponseEntity<Job> submit(
            Caller caller,
            @RequestHeader(name = "traceparent", required = false) @Nullable String traceparent,
            @Valid @RequestBody SubmitJob said) {
        Submissions.Taken taken = meters.submitting(() -> traces.submitting(
                Objects.requireNonNull(said.jobId()),
                Objects.requireNonNull(said.tenantId()),
                said.gpus(),
                traceparent,
                parent -> submissions.submit(caller, said, parent)));
        return new ResponseEntity<>(taken.job(), taken.isNew() ? HttpStatus.CREATED : HttpStatus.OK);
    }

    @Operation(summary = "Jobs, the latest first")
    @GetMapping
    ResponseEntity<List<Job>> list(
            @RequestParam(required = false) @Nullable JobState state,
            @RequestParam(name = "tenant_id", required = false) @Nullable String tenantId,
            @RequestParam(name = "miner_id", required = false) @Nullable String minerId,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request) {
        Instant before = LAST;
        String beforeId = "";
        if (cursor != null) {
            List<String> parts = Cursors.decode(cursor, 2);
            before = Cursors.time(parts.get(0));
            beforeId = parts.get(1);
        }
        List<Job> found = jobs.list(
                new Jobs.Filter(state == null ? Set.of() : Set.of(state), tenantId, minerId),
                before,
                beforeId,
                limit + 1);
        List<Job> page = found.size() > limit ? found.subList(0, limit) : found;
        HttpHeaders headers = new HttpHeaders();
        if (found.size() > limit) {
            Job last = page.get(page.size() - 1);
            headers.set(
                    HttpHeaders.LINK,
                    Links.next(request, Cursors.encode(last.submittedAt().toString(), last.jobId())));
        }
        return new ResponseEntity<>(page, headers, HttpStatus.OK);
    }

    @Operation(summary = "One job with its attempts")
    @GetMapping("/{jobId}")
    View get(@PathVariable String jobId) {
        return new View(jobs.find(jobId).orElseThrow(() -> Submissions.unknown(jobId)), attempts.of(jobId));
    }

    @Operation(summary = "Take a job back; when it runs, its miner is told to stop it")
    @Allowed({Role.OPERATOR, Role.SERVICE})
    @PostMapping("/{jobId}/cancel")
    Job cancel(Caller caller, @PathVariable String jobId, @Valid @RequestBody Reason why) {
        return submissions.cancel(caller, jobId, Objects.requireNonNull(why.reason()));
    }
}
