package io.aitbc.coordinator.notification;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Page;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Where notifications go. */
@RestController
@RequestMapping("/api/notifications/routes")
@Allowed(Role.OPERATOR)
class RouteController {

    /** The delivery of a test message; it shows whether it arrived. */
    record Tried(UUID deliveryId) {}

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
    private static final String NAME_RULE =
            "must be 1 to 64 letters, digits and . _ -, beginning with a letter or digit";

    private final RouteBook routes;

    RouteController(RouteBook routes) {
        this.routes = routes;
    }

    @GetMapping
    @Allowed({Role.OPERATOR, Role.VIEWER})
    @Operation(summary = "List all routes, without their secrets")
    Page<RouteView> list() {
        return new Page<>(routes.list(), null);
    }

    @GetMapping("/{name}")
    @Allowed({Role.OPERATOR, Role.VIEWER})
    @Operation(summary = "Read a route, without its secrets")
    RouteView get(@PathVariable @Pattern(regexp = NAME, message = NAME_RULE) String name) {
        return routes.get(name);
    }

    @PutMapping("/{name}")
    @Operation(
            summary = "Make a route, or replace it",
            description = "A secret that is left out stays as it was. A target whose address is not public is refused"
                    + " unless NOTIFY_ALLOW_TARGETS allows it.")
    ResponseEntity<RouteView> put(
            Caller caller,
            @PathVariable @Pattern(regexp = NAME, message = NAME_RULE) String name,
            @Valid @RequestBody RouteRequest request) {
        RouteBook.Kept kept = routes.put(caller, name, request);
        return ResponseEntity.status(kept.isNew() ? HttpStatus.CREATED : HttpStatus.OK)
                .body(kept.route());
    }

    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Remove a route; what it has not delivered yet is dead")
    void delete(Caller caller, @PathVariable @Pattern(regexp = NAME, message = NAME_RULE) String name) {
        routes.delete(caller, name);
    }

    @PostMapping("/{name}/test")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Send a test message to a route, on the way that all others take")
    Tried test(Caller caller, @PathVariable @Pattern(regexp = NAME, message = NAME_RULE) String name) {
        return new Tried(routes.test(caller, name));
    }
}
