package io.aitbc.monitoring.target;

import io.aitbc.monitoring.session.Sessions;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Page;
import io.swagger.v3.oas.annotations.Operation;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Targets over HTTP. */
@RestController
@RequestMapping("/api/v1/sessions/{sessionId}/targets")
@Allowed({Role.VIEWER, Role.OPERATOR})
class TargetController {

    private final TargetDesk desk;
    private final TargetDetails details;
    private final Sessions sessions;

    TargetController(TargetDesk desk, TargetDetails details, Sessions sessions) {
        this.desk = desk;
        this.details = details;
        this.sessions = sessions;
    }

    @PostMapping
    @Allowed({Role.OPERATOR})
    @Operation(
            summary = "Have Prometheus scrape a target for a session",
            description = "201; the same body again 200; another body for the same job_name 409. Where targets are"
                    + " written into Prometheus' configuration, it has read it when this answers.")
    ResponseEntity<TargetView> add(Caller caller, @PathVariable String sessionId, @RequestBody NewTarget target) {
        TargetDesk.Made made = desk.add(caller, sessionId, target);
        return ResponseEntity.status(made.isNew() ? HttpStatus.CREATED : HttpStatus.OK)
                .body(made.target());
    }

    @GetMapping
    @Operation(summary = "List the targets of a session, and how Prometheus finds them")
    Page<TargetView> list(@PathVariable String sessionId) {
        return new Page<>(details.of(sessions.require(sessionId)), null);
    }

    @DeleteMapping("/{jobName}")
    @Allowed({Role.OPERATOR})
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "Have Prometheus scrape a target no more",
            description = "Windows that begin before can still be collected of it.")
    void delete(Caller caller, @PathVariable String sessionId, @PathVariable String jobName) {
        desk.delete(caller, sessionId, jobName);
    }
}
