package io.aitbc.coordinator.notification;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Links;
import io.aitbc.service.web.Page;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What was sent, what waits, and what could not be delivered. */
@RestController
@RequestMapping("/api/notifications/deliveries")
@Allowed({Role.OPERATOR, Role.VIEWER})
class DeliveryController {

    private final DeliveryDesk desk;

    DeliveryController(DeliveryDesk desk) {
        this.desk = desk;
    }

    @GetMapping
    @Operation(summary = "List deliveries, the newest first; those of a state or a route")
    ResponseEntity<Page<DeliveryView>> list(
            @RequestParam(required = false) @Nullable DeliveryState state,
            @RequestParam(required = false) @Nullable String route,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit,
            HttpServletRequest request) {
        Page<DeliveryView> page = desk.list(state, route, cursor, limit);
        return Links.page(request, page);
    }

    @GetMapping("/{deliveryId}")
    @Operation(summary = "Read a delivery: where it stands and why")
    DeliveryView get(@PathVariable UUID deliveryId) {
        return desk.get(deliveryId);
    }

    @PostMapping("/{deliveryId}/retry")
    @Allowed(Role.OPERATOR)
    @Operation(summary = "Try a dead delivery again, as often as a new one")
    DeliveryView retry(Caller caller, @PathVariable UUID deliveryId) {
        return desk.retry(caller, deliveryId);
    }
}
