package io.aitbc.monitoring.session;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Links;
import io.aitbc.service.web.Page;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Sessions over HTTP. */
@RestController
@RequestMapping("/api/v1/sessions")
@Allowed({Role.VIEWER, Role.OPERATOR})
class SessionController {

    private final SessionDesk desk;

    SessionController(SessionDesk desk) {
        this.desk = desk;
    }

    @PostMapping
    @Allowed({Role.OPERATOR})
    @Operation(
            summary = "Make a session",
            description = "201; the same body again 200; another body for the same session_id 409.")
    ResponseEntity<SessionView> create(Caller caller, @RequestBody NewSession session) {
        SessionDesk.Made made = desk.create(caller, session);
        return made.isNew()
                ? ResponseEntity.created(
                                URI.create("/api/v1/sessions/" + made.session().sessionId()))
                        .body(made.session())
                : ResponseEntity.ok(made.session());
    }

    @GetMapping
    @Operation(summary = "List sessions by id")
    ResponseEntity<Page<SessionView>> list(
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit,
            HttpServletRequest request) {
        Page<SessionView> page = desk.list(cursor, limit);
        return Links.page(request, page);
    }

    @GetMapping("/{sessionId}")
    @Operation(
            summary = "Where a session stands",
            description =
                    "With its targets, and how Prometheus finds them: up, down, or unknown while it is away; and its"
                            + " runs that are not over.")
    SessionStatus status(@PathVariable String sessionId) {
        return desk.status(sessionId);
    }

    @PostMapping("/{sessionId}/stop")
    @Allowed({Role.OPERATOR})
    @Operation(
            summary = "Scrape nothing more for a session",
            description = "Its targets leave Prometheus; windows of its past can still be collected.")
    SessionView stop(Caller caller, @PathVariable String sessionId) {
        return desk.stop(caller, sessionId);
    }

    @DeleteMapping("/{sessionId}")
    @Allowed({Role.OPERATOR})
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "Delete a session and its targets",
            description =
                    "Its artifacts stay on the disk. 409 with the ids of its runs that are not over, unless force.")
    void delete(Caller caller, @PathVariable String sessionId, @RequestParam(defaultValue = "false") boolean force) {
        desk.delete(caller, sessionId, force);
    }
}
