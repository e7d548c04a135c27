package io.aitbc.poolhub.usage;

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
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Events that the coordinator refused: listed with the reason, and sent again once the cause is mended. */
@RestController
@RequestMapping({"/sla/billing/usage/parked", "/v1/sla/billing/usage/parked"})
@Allowed({Role.OPERATOR, Role.SERVICE})
class ParkedController {

    private static final UUID FIRST = new UUID(0, 0);

    record RetryRequest(
            @Size(min = 1, max = 10_000) @Nullable List<@NotNull UUID> eventIds) {}

    record Retried(int pendingAgain) {}

    private final UsageBoard board;

    ParkedController(UsageBoard board) {
        this.board = board;
    }

    @Operation(summary = "Parked events with their reasons, oldest first")
    @Allowed({Role.OPERATOR, Role.SERVICE, Role.VIEWER})
    @GetMapping
    ResponseEntity<List<ParkedEvent>> list(
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request) {
        Instant after = Instant.EPOCH;
        UUID afterId = FIRST;
        if (cursor != null) {
            List<String> parts = Cursors.decode(cursor, 2);
            after = Cursors.time(parts.get(0));
            afterId = Cursors.id(parts.get(1));
        }
        List<ParkedEvent> events = board.parked(after, afterId, limit);
        HttpHeaders headers = new HttpHeaders();
        if (events.size() == limit) {
            ParkedEvent last = events.get(limit - 1);
            String next =
                    Cursors.encode(last.occurredAt().toString(), last.eventId().toString());
            headers.set(HttpHeaders.LINK, Links.next(request, next));
        }
        return new ResponseEntity<>(events, headers, HttpStatus.OK);
    }

    @Operation(summary = "Send parked events again, all or those named")
    @PostMapping("/retry")
    Retried retry(Caller caller, @Valid @RequestBody(required = false) @Nullable RetryRequest request) {
        return new Retried(board.retryParked(caller, request == null ? null : request.eventIds()));
    }
}
