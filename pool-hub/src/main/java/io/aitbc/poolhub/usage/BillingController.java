package io.aitbc.poolhub.usage;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.poolhub.coordinator.CoordinatorClient;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping({"/sla/billing", "/v1/sla/billing"})
@Allowed({Role.OPERATOR, Role.SERVICE})
class BillingController {

    record SyncRequest(
            @Size(min = 1, max = 64) @Nullable String minerId,
            @Min(1) @Max(9600) @Nullable Integer hoursBack) {}

    record SyncAnswer(String status, int sent, int accepted, int duplicates, int parked, long remaining) {}

    record Queued(UUID eventId, String status) {}

    record InvoiceRequest(
            @NotNull @Size(min = 1, max = 64) @Nullable String tenantId,
            @NotNull @Nullable Instant periodStart,
            @NotNull @Nullable Instant periodEnd) {}

    private final SyncSchedule sync;
    private final UsageRecorder recorder;
    private final Reconciliation reconciliation;
    private final CoordinatorClient coordinator;
    private final AuditLog audit;
    private final Clock clock;

    BillingController(
            SyncSchedule sync,
            UsageRecorder recorder,
            Reconciliation reconciliation,
            CoordinatorClient coordinator,
            AuditLog audit,
            Clock clock) {
        this.sync = sync;
        this.recorder = recorder;
        this.reconciliation = reconciliation;
        this.coordinator = coordinator;
        this.audit = audit;
        this.clock = clock;
    }

    @Operation(summary = "Send to the coordinator what waits; again changes nothing")
    @PostMapping("/sync")
    SyncAnswer sync(Caller caller, @Valid @RequestBody(required = false) @Nullable SyncRequest request) {
        String miner = request == null ? null : request.minerId();
        Integer hours = request == null ? null : request.hoursBack();
        Instant since = hours == null ? null : clock.instant().minus(Duration.ofHours(hours));
        BillingSync.Summary done = sync.run(new Outbox.Window(miner, since, true, false));
        long remaining = sync.backlog().pending();
        audit.record(caller, "billing.sync", miner == null ? "all" : miner, null, Map.of("sent", done.sent()));
        if (done.away() != null) {
            throw Problem.unavailable(
                            "coordinator-away",
                            done.away().sentence() + " Nothing is lost: " + remaining + " events wait.",
                            done.away().retryAfter())
                    .with("sent", done.sent())
                    .with("remaining", remaining);
        }
        return new SyncAnswer("completed", done.sent(), done.accepted(), done.duplicates(), done.parked(), remaining);
    }

    @Operation(summary = "Queue one usage event; durable, also while the coordinator is away")
    @PostMapping("/usage/record")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Queued record(
            Caller caller,
            @Valid @RequestBody UsageRecord said,
            @RequestHeader(name = "Idempotency-Key", required = false) @Size(min = 1, max = 128) @Nullable
                    String idempotencyKey) {
        return new Queued(recorder.record(caller, said, idempotencyKey), "queued");
    }

    @Operation(summary = "What the coordinator counts: totals by resource and hour, cost")
    @Allowed({Role.OPERATOR, Role.SERVICE, Role.VIEWER})
    @GetMapping("/usage")
    JsonNode usage(
            @RequestParam(defaultValue = "24") @Min(1) @Max(8760) int hours,
            @RequestParam(name = "tenant_id", required = false) @Size(min = 1, max = 64) @Nullable String tenantId) {
        String tenant = tenantId == null ? "" : "&tenant_id=" + URLEncoder.encode(tenantId, StandardCharsets.UTF_8);
        return coordinator.get("/api/billing/metrics?hours=" + hours + tenant);
    }

    @Operation(summary = "Draw a tenant's draft invoice at the coordinator")
    @PostMapping("/invoice/generate")
    JsonNode invoice(Caller caller, @Valid @RequestBody InvoiceRequest request) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("tenant_id", request.tenantId());
        body.put("period_start", request.periodStart());
        body.put("period_end", request.periodEnd());
        JsonNode invoice = coordinator.post("/api/billing/invoice", body);
        audit.record(caller, "billing.invoice", String.valueOf(request.tenantId()), null, body);
        return invoice;
    }

    @Operation(
            summary =
                    "Whether both ledgers agree, per tenant, resource and hour; the last 24 hours unless told otherwise")
    @Allowed({Role.OPERATOR, Role.SERVICE, Role.VIEWER})
    @GetMapping("/reconciliation")
    Reconciliation.Report reconcile(
            @RequestParam(required = false) @Nullable Instant from,
            @RequestParam(required = false) @Nullable Instant to) {
        Instant end = to == null ? clock.instant() : to;
        Instant start = from == null ? end.minus(Duration.ofHours(24)) : from;
        if (!start.isBefore(end) || Duration.between(start, end).toDays() > 400) {
            throw Problem.unprocessable("bad-period", "from must be before to, by at most 400 days.");
        }
        return reconciliation.compare(start, end);
    }
}
