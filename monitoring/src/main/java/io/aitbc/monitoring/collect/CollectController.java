package io.aitbc.monitoring.collect;

import io.aitbc.monitoring.session.Sessions;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Page;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Collecting windows. */
@RestController
@RequestMapping("/api/v1/sessions/{sessionId}")
@Allowed({Role.VIEWER, Role.OPERATOR})
class CollectController {

    private static final int LONGEST_WAIT = 120;
    private static final int MOST_LISTED = 200;
    private static final long LOOK_EVERY_MILLIS = 100;

    private final RunBook book;
    private final Runs runs;
    private final Sessions sessions;
    private final ArtifactsFolder folder;
    private final Clock clock;

    CollectController(RunBook book, Runs runs, Sessions sessions, ArtifactsFolder folder, Clock clock) {
        this.book = book;
        this.runs = runs;
        this.sessions = sessions;
        this.folder = folder;
        this.clock = clock;
    }

    @PostMapping("/collect")
    @Allowed(Role.OPERATOR)
    @Operation(
            summary = "Collects a window of a session",
            description =
                    "Waits up to `wait` seconds (0..120) and answers 200 with the result, or 202 with where to look for it."
                            + " 503 when Prometheus does not answer, 507 when the artifacts cannot be written: the run has FAILED then."
                            + " The same request again, while it runs, is the same run.")
    ResponseEntity<RunView> collect(
            Caller caller,
            @PathVariable String sessionId,
            @RequestParam(defaultValue = "30") int wait,
            @Valid @RequestBody CollectRequest request) {
        if (wait < 0 || wait > LONGEST_WAIT) {
            throw Problem.badRequest("malformed-parameter", "wait must be within 0.." + LONGEST_WAIT + " seconds.");
        }
        Run run = await(book.open(caller, sessionId, request), Duration.ofSeconds(wait));
        URI location = URI.create("/api/v1/sessions/" + sessionId + "/collections/" + run.runId());
        return switch (run.state()) {
            case COLLECTED -> ResponseEntity.ok().location(location).body(view(run));
            case SETTLING, COLLECTING ->
                ResponseEntity.accepted().location(location).body(view(run));
            case FAILED -> throw failure(run).with("run_id", run.runId()).with("collection", location);
        };
    }

    @GetMapping("/collections")
    @Operation(
            summary = "The runs of a session, newest first",
            description = "limit: 1..200; cursor: `next` of the part before.")
    Page<RunView> list(
            @PathVariable String sessionId,
            @RequestParam(defaultValue = "50") int limit,
            @RequestParam(required = false) @Nullable UUID cursor) {
        if (limit < 1 || limit > MOST_LISTED) {
            throw Problem.badRequest("malformed-parameter", "limit must be within 1.." + MOST_LISTED + ".");
        }
        sessions.require(sessionId);
        List<Run> part = runs.newest(sessionId, cursor, false, limit + 1);
        List<RunView> shown = part.stream().limit(limit).map(this::view).toList();
        return new Page<>(
                shown, part.size() > limit ? shown.get(shown.size() - 1).runId().toString() : null);
    }

    @GetMapping("/collections/{runId}")
    @Operation(summary = "One run", description = "KPIs, thresholds, targets and files are there once it is COLLECTED.")
    RunView get(@PathVariable String sessionId, @PathVariable UUID runId) {
        return runs.find(sessionId, runId).map(this::view).orElseThrow(CollectController::unknown);
    }

    static Problem unknown() {
        return Problem.notFound(
                "collection-not-found",
                "The session has no collection of this id; GET /api/v1/sessions/{id}/collections lists all.");
    }

    private RunView view(Run run) {
        return RunView.of(run, folder.of(run).toString());
    }

    /** The run once it is over, or as it is when the time is. */
    private Run await(Run opened, Duration wait) {
        long deadline = System.nanoTime() + wait.toNanos();
        Run run = opened;
        // Nobody is held up by what cannot be done in time anyway.
        if (Duration.between(clock.instant(), opened.dueAt()).compareTo(wait) > 0) {
            return run;
        }
        while (!run.state().isOver() && System.nanoTime() < deadline) {
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return run;
            }
            run = runs.find(opened.sessionId(), opened.runId())
                    .orElseThrow(() -> Problem.notFound("session-not-found", "The session was deleted meanwhile."));
        }
        return run;
    }

    private static Problem failure(Run run) {
        String failure = Objects.requireNonNullElse(run.failure(), "");
        return switch (Objects.requireNonNullElse(run.cause(), Cause.INTERNAL)) {
            case PROMETHEUS -> Problem.unavailable("prometheus-away", failure, Duration.ofSeconds(5));
            case STORAGE -> Problem.of(HttpStatus.INSUFFICIENT_STORAGE, "artifacts-unwritable", failure);
            case INTERNAL -> Problem.of(HttpStatus.INTERNAL_SERVER_ERROR, "internal-error", failure);
        };
    }
}
