package io.aitbc.monitoring.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/** Prometheus, for those who may ask this service: its own data, warnings and refusals. */
@RestController
@RequestMapping("/api/v1/prometheus")
@Allowed({Role.VIEWER, Role.OPERATOR})
class PrometheusController {

    private static final int LONGEST_QUERY = 10_000;
    private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");
    private static final Set<String> STATES = Set.of("active", "dropped", "any");

    /**
     * How it is.
     *
     * @param version null until it is ready
     */
    record Health(
            boolean healthy,
            boolean ready,
            String url,
            @Nullable String version) {}

    /** As Prometheus answers. */
    record Answer(String status, JsonNode data, List<String> warnings, List<String> infos) {

        static Answer of(PrometheusClient.Reply reply) {
            return new Answer("success", reply.data(), reply.warnings(), reply.infos());
        }
    }

    record Query(
            @NotBlank @Size(max = LONGEST_QUERY) String query,
            @Nullable Instant time) {}

    record RangeQuery(
            @NotBlank @Size(max = LONGEST_QUERY) String query,
            @NotNull Instant start,
            @NotNull Instant end,
            @NotBlank @Size(max = 64) String step) {}

    private static final int AT_ONCE = 2;
    private static final int PATIENCE_SECONDS = 5;

    private final Semaphore turns = new Semaphore(AT_ONCE);
    private final PrometheusClient prometheus;
    private final AuditLog audit;
    private final Clock clock;

    PrometheusController(PrometheusClient prometheus, AuditLog audit, Clock clock) {
        this.prometheus = prometheus;
        this.audit = audit;
        this.clock = clock;
    }

    @GetMapping("/health")
    @Operation(summary = "How Prometheus is", description = "503 when it does not answer.")
    Health health() {
        boolean ready = prometheus.isReady();
        String version = ready
                ? prometheus
                        .get("/api/v1/status/buildinfo")
                        .data()
                        .path("version")
                        .asText()
                : null;
        return new Health(prometheus.isHealthy(), ready, prometheus.url().toString(), version);
    }

    @GetMapping("/targets")
    @Operation(
            summary = "What Prometheus scrapes, in its own words",
            description = "state: active, dropped or any (Prometheus' default).")
    Answer targets(@RequestParam(required = false) @Nullable String state) {
        if (state != null && !STATES.contains(state)) {
            throw Problem.badRequest("malformed-parameter", "state must be one of active, dropped, any.");
        }
        return inTurn(() -> prometheus.get("/api/v1/targets" + (state == null ? "" : "?state=" + state)));
    }

    @PostMapping("/query")
    @Operation(summary = "Evaluates PromQL at one time", description = "Without a time: now.")
    Answer query(@Valid @RequestBody Query query) {
        Instant time = query.time() == null ? clock.instant() : sensible("time", query.time());
        return inTurn(() -> prometheus.query(query.query(), time));
    }

    @PostMapping("/query_range")
    @Operation(
            summary = "Evaluates PromQL at each step of a range",
            description =
                    "step: seconds, or a duration such as 15s or 1m30s; whole milliseconds. Ranges over Prometheus' limit of"
                            + " 11,000 points are asked for in parts and joined, up to 1,100,000 points a series and 32 MiB."
                            + " Native histograms are left out.")
    Answer queryRange(@Valid @RequestBody RangeQuery query) {
        Instant start = sensible("start", query.start());
        Instant end = sensible("end", query.end());
        Duration step = PromDuration.parse(query.step())
                .filter(duration -> duration.toMillis() >= 1)
                .orElseThrow(() -> Problem.unprocessable(
                        "invalid-request",
                        "step must be seconds or a duration such as 15s, 1m30s or 100ms; at least 1 ms."));
        if (end.isBefore(start)) {
            throw Problem.unprocessable("invalid-request", "end must not be before start.");
        }
        if (RangeParts.points(start, end, step) > PrometheusClient.MOST_POINTS) {
            throw Problem.unprocessable(
                    "range-too-long",
                    "From start to end there are more than " + PrometheusClient.MOST_POINTS
                            + " steps; take a longer step or a shorter range.");
        }
        return inTurn(() -> prometheus.queryRange(query.query(), start, end, step));
    }

    /**
     * So many answers are in memory at once, and no more: each may have 32 MiB, and be ten times that as JSON. A turn lasts until the
     * whole answer is written, however slowly it is read.
     */
    private Answer inTurn(Supplier<PrometheusClient.Reply> question) {
        try {
            if (!turns.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw Problem.unavailable(
                        "too-many-queries",
                        "Other queries are being answered; ask again in a moment.",
                        Duration.ofSeconds(PATIENCE_SECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable(
                    "stopping", "The service is being stopped.", Duration.ofSeconds(PATIENCE_SECONDS));
        }
        RequestContextHolder.currentRequestAttributes()
                .registerDestructionCallback(
                        PrometheusController.class.getName(), turns::release, RequestAttributes.SCOPE_REQUEST);
        return Answer.of(question.get());
    }

    @PostMapping("/reload")
    @Allowed(Role.OPERATOR)
    @Operation(
            summary = "Has Prometheus read its configuration again",
            description =
                    "Prometheus must run with --web.enable-lifecycle. It keeps what it had when the file is not valid.")
    Map<String, Boolean> reload(Caller caller) {
        prometheus.reload();
        audit.record(caller, "prometheus.reload", prometheus.url().toString(), null, Map.of("reloaded", true));
        return Map.of("reloaded", true);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> away(PrometheusAway away, HttpServletRequest request) {
        return answer(PrometheusProblems.of(away), request);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refused(PrometheusRefused refused, HttpServletRequest request) {
        return answer(PrometheusProblems.of(refused), request);
    }

    private static ResponseEntity<ProblemDetail> answer(Problem problem, HttpServletRequest request) {
        return new ResponseEntity<>(problem.toBody(request.getRequestURI()), problem.headers(), problem.status());
    }

    private static Instant sensible(String field, Instant time) {
        if (time.isBefore(Instant.EPOCH) || !time.isBefore(YEAR_10000)) {
            throw Problem.unprocessable("invalid-request", field + " must be of the years 1970 to 9999.");
        }
        return time;
    }
}
