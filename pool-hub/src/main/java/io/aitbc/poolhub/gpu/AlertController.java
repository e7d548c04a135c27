package io.aitbc.poolhub.gpu;

import io.aitbc.gpu.rules.Severity;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Cursors;
import io.aitbc.service.web.Links;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/v1/alerts")
@Allowed({Role.OPERATOR, Role.SERVICE, Role.VIEWER})
class AlertController {

    private final Alerts alerts;
    private final GpuActions actions;

    AlertController(Alerts alerts, GpuActions actions) {
        this.alerts = alerts;
        this.actions = actions;
    }

    @Operation(summary = "GPU alerts, the latest first")
    @GetMapping
    ResponseEntity<List<Alerts.View>> list(
            @RequestParam(required = false) Alerts.@Nullable State state,
            @RequestParam(required = false) @Nullable Severity severity,
            @RequestParam(required = false) @Nullable String gpu,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request) {
        Instant before = null;
        UUID beforeId = null;
        if (cursor != null) {
            List<String> parts = Cursors.decode(cursor, 2);
            before = Cursors.time(parts.get(0));
            beforeId = Cursors.id(parts.get(1));
        }
        Boolean open = state == null ? null : state == Alerts.State.FIRING;
        List<Alerts.View> found = alerts.list(new Alerts.Filter(open, severity, gpu), before, beforeId, limit + 1);
        List<Alerts.View> page = found.size() > limit ? found.subList(0, limit) : found;
        HttpHeaders headers = new HttpHeaders();
        if (found.size() > limit) {
            Alerts.View last = page.get(page.size() - 1);
            String next =
                    Cursors.encode(last.firedAt().toString(), last.alertId().toString());
            headers.set(HttpHeaders.LINK, Links.next(request, next));
        }
        return new ResponseEntity<>(page, headers, HttpStatus.OK);
    }

    @Operation(summary = "Say that someone looks after an alert; the first who says so stays")
    @Allowed(Role.OPERATOR)
    @PostMapping("/{alertId}/acknowledge")
    Alerts.View acknowledge(Caller caller, @PathVariable UUID alertId) {
        return actions.acknowledge(caller, alertId);
    }
}
