package io.aitbc.coordinator.usage;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Links;
import io.aitbc.service.web.Page;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Events that wait for somebody to mend their cause. */
@RestController
@RequestMapping("/api/billing/usage/quarantine")
@Allowed({Role.OPERATOR, Role.VIEWER, Role.SERVICE})
class QuarantineController {

    /** Which entries to try again; whatever is left out does not matter. */
    record Selection(
            @Nullable RejectionCode code,
            @Nullable @Size(min = 1, max = 64) String tenantId,
            @Nullable @Size(max = 10_000) List<UUID> ids,
            @Nullable String cursor,
            @Nullable @Min(1) @Max(EventReader.MOST_EVENTS) Integer limit) {}

    /** Why an entry is not to be tried again. */
    record Dismissal(@NotBlank @Nullable @Size(max = 500) String reason) {}

    private static final Selection ALL = new Selection(null, null, null, null, null);

    private final QuarantinedEvents events;
    private final QuarantineReplay replay;

    QuarantineController(QuarantinedEvents events, QuarantineReplay replay) {
        this.events = events;
        this.replay = replay;
    }

    @GetMapping
    @Operation(summary = "List quarantined events, the oldest first")
    ResponseEntity<Page<QuarantinedEvents.Entry>> list(
            @RequestParam(required = false) @Nullable RejectionCode code,
            @RequestParam(name = "tenant_id", required = false) @Nullable String tenantId,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit,
            HttpServletRequest request) {
        Page<QuarantinedEvents.Entry> page =
                events.list(new QuarantinedEvents.Filter(code, tenantId, null), cursor, limit);
        return Links.page(request, page);
    }

    @PostMapping("/{quarantineId}/dismiss")
    @Allowed(Role.OPERATOR)
    @Operation(
            summary = "Close an entry that is not to be tried again",
            description = "It is billed to nobody, and holds up no invoice. Who did so and why is in the audit log.")
    ResponseEntity<Void> dismiss(
            Caller caller, @PathVariable UUID quarantineId, @Valid @RequestBody Dismissal dismissal) {
        replay.dismiss(caller, quarantineId, String.valueOf(dismissal.reason()).strip());
        return ResponseEntity.noContent().build();
    }

    @PostMapping("/replay")
    @Allowed(Role.OPERATOR)
    @Operation(
            summary = "Try quarantined events again",
            description = "All of them, or those of a code, a tenant or a list of ids. Conflicts are never tried.")
    QuarantineReplay.Report replay(Caller caller, @Valid @RequestBody(required = false) @Nullable Selection selection) {
        Selection asked = selection == null ? ALL : selection;
        return replay.replay(
                caller,
                new QuarantinedEvents.Filter(asked.code(), asked.tenantId(), asked.ids()),
                asked.cursor(),
                asked.limit() == null ? 1_000 : asked.limit());
    }
}
