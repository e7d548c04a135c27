package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.tenant.TenantReads;
import io.aitbc.coordinator.usage.UsageRow;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Cursors;
import io.aitbc.service.web.KnownFieldsOnly;
import io.aitbc.service.web.Links;
import io.aitbc.service.web.Page;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Invoices over HTTP. */
@RestController
@RequestMapping("/api/billing")
class InvoiceController {

    /**
     * The period to bill.
     *
     * @param periodStart an instant such as 2026-03-01T00:00:00Z, or a time or date by the clocks of the tenant's zone
     * @param periodEnd the same, exclusive; 23:59:59 means the midnight after it
     */
    @KnownFieldsOnly
    record Asked(
            @NotNull @Size(min = 1, max = 64) String tenantId,
            @NotNull @Size(max = 64) String periodStart,
            @NotNull @Size(max = 64) String periodEnd) {}

    private static final UUID FIRST = new UUID(0, 0);

    private final InvoiceDesk desk;
    private final Invoices invoices;
    private final TenantReads reads;
    private final LineEvents explained;
    private final InvoiceStandings standings;

    InvoiceController(
            InvoiceDesk desk, Invoices invoices, TenantReads reads, LineEvents explained, InvoiceStandings standings) {
        this.desk = desk;
        this.invoices = invoices;
        this.reads = reads;
        this.explained = explained;
        this.standings = standings;
    }

    @PostMapping("/invoice")
    @Allowed({Role.SERVICE, Role.OPERATOR})
    @Operation(
            summary = "Draft a tenant's invoice for a period",
            description =
                    "201 with a new draft, 200 with the same draft built anew, 409 where another invoice overlaps.")
    ResponseEntity<InvoiceStanding> draft(Caller caller, @Valid @RequestBody Asked asked) {
        InvoiceDesk.Drafted drafted = desk.draft(caller, asked.tenantId(), asked.periodStart(), asked.periodEnd());
        InvoiceView invoice = drafted.invoice();
        return ResponseEntity.status(drafted.isNew() ? HttpStatus.CREATED : HttpStatus.OK)
                .location(URI.create("/api/billing/invoices/" + invoice.invoiceId()))
                .body(standings.of(invoice));
    }

    @GetMapping("/invoices/{invoiceId}")
    @Allowed({Role.OPERATOR, Role.VIEWER, Role.SERVICE, Role.TENANT})
    @Operation(summary = "Read an invoice with its lines")
    InvoiceStanding get(Caller caller, @PathVariable UUID invoiceId) {
        return reads.read(
                caller,
                null,
                scope -> standings.of(invoices.find(invoiceId, scope.tenantId())
                        .map(invoice -> shown(caller, invoice))
                        .orElseThrow(() -> InvoiceDesk.unknown(invoiceId))));
    }

    @GetMapping(path = "/invoices/{invoiceId}/document", produces = MediaType.APPLICATION_JSON_VALUE)
    @Allowed({Role.OPERATOR, Role.VIEWER, Role.SERVICE, Role.TENANT})
    @Operation(
            summary = "The invoice word for word, as it was finalized",
            description = "The SHA-256 of these bytes is the invoice's sha256.")
    ResponseEntity<byte[]> document(Caller caller, @PathVariable UUID invoiceId) {
        Invoice invoice = reads.read(
                caller,
                null,
                scope -> invoices.find(invoiceId, scope.tenantId()).orElseThrow(() -> InvoiceDesk.unknown(invoiceId)));
        String document = invoice.document();
        if (document == null) {
            throw Problem.conflict("invoice-not-final", "A draft has no document; finalize it first.");
        }
        return ResponseEntity.ok(document.getBytes(StandardCharsets.UTF_8));
    }

    @GetMapping("/invoices/{invoiceId}/lines/{line}/events")
    @Allowed({Role.OPERATOR, Role.VIEWER, Role.SERVICE, Role.TENANT})
    @Operation(
            summary = "The events that a line was computed from, with their jobs, miners and GPUs",
            description = "Lines of several tiers of one price share their events.")
    ResponseEntity<Page<UsageRow>> events(
            Caller caller,
            HttpServletRequest request,
            @PathVariable UUID invoiceId,
            @PathVariable int line,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit) {
        Page<UsageRow> page = explained.page(caller, invoiceId, line, cursor, limit);
        return Links.page(request, page);
    }

    @GetMapping("/invoices")
    @Allowed({Role.OPERATOR, Role.VIEWER, Role.SERVICE, Role.TENANT})
    @Operation(summary = "List invoices in the order in which they were made")
    ResponseEntity<Page<InvoiceStanding>> list(
            Caller caller,
            HttpServletRequest request,
            @RequestParam(name = "tenant_id", required = false) @Nullable String tenantId,
            @RequestParam(required = false) @Nullable InvoiceKind kind,
            @RequestParam(required = false) @Nullable InvoiceStatus status,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit) {
        UUID after = cursor == null ? FIRST : place(cursor);
        List<InvoiceStanding> found = reads.read(
                caller,
                tenantId,
                scope ->
                        standings.of(invoices.after(after, scope.tenantId(), kind, status, Limit.of(limit + 1)).stream()
                                .map(invoice -> shown(caller, invoice))
                                .toList()));
        return Links.page(
                request,
                Page.of(
                        found,
                        limit,
                        last -> Cursors.encode(last.invoice().invoiceId().toString())));
    }

    private static InvoiceView shown(Caller caller, Invoice invoice) {
        return caller.is(Role.TENANT) ? invoice.customersView() : invoice.view();
    }

    private static UUID place(String cursor) {
        return Cursors.id(Cursors.decode(cursor, 1).get(0));
    }
}
