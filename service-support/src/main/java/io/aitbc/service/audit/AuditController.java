package io.aitbc.service.audit;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Cursors;
import io.aitbc.service.web.Links;
import io.aitbc.service.web.Page;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The audit log over HTTP. */
@RestController
@Allowed(Role.OPERATOR)
class AuditController {

    private final AuditEntries entries;

    AuditController(AuditEntries entries) {
        this.entries = entries;
    }

    @GetMapping("/v1/audit")
    @Operation(
            summary = "Who changed what: the audit log, the newest entry first",
            description = "action, subject and caller are compared as a whole; from is inside, to is not.")
    ResponseEntity<Page<AuditEntry>> list(
            HttpServletRequest request,
            @RequestParam(required = false) @Nullable String action,
            @RequestParam(required = false) @Nullable String subject,
            @RequestParam(name = "caller", required = false) @Nullable String caller,
            @RequestParam(required = false) @Nullable Instant from,
            @RequestParam(required = false) @Nullable Instant to,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit) {
        List<AuditEntry> found = entries.newest(
                new AuditEntries.Filter(action, subject, caller, from, to),
                cursor == null ? null : place(cursor),
                limit + 1);
        return Links.page(
                request, Page.of(found, limit, last -> Cursors.encode(last.id().toString())));
    }

    private static UUID place(String cursor) {
        try {
            return UUID.fromString(Cursors.decode(cursor, 1).get(0));
        } catch (IllegalArgumentException e) {
            throw Cursors.badCursor();
        }
    }
}
