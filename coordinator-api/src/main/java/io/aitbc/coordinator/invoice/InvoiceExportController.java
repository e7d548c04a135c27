package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.tenant.TenantReads;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Invoices as files: for spreadsheets, for people, and for FinOps tools. */
@RestController
@RequestMapping("/api/billing/invoices")
@Allowed({Role.OPERATOR, Role.VIEWER, Role.SERVICE, Role.TENANT})
@EnableConfigurationProperties(IssuerSettings.class)
class InvoiceExportController {

    private static final String CSV = "text/csv";
    private static final MediaType CSV_UTF8 = new MediaType("text", "csv", StandardCharsets.UTF_8);

    private final TenantReads reads;
    private final Invoices invoices;
    private final IssuerSettings issuer;

    InvoiceExportController(TenantReads reads, Invoices invoices, IssuerSettings issuer) {
        this.reads = reads;
        this.invoices = invoices;
        this.issuer = issuer;
    }

    @GetMapping(path = "/{invoiceId}.csv", produces = CSV)
    @Operation(
            summary = "An invoice as CSV, a row for each line",
            description =
                    "Amounts and taxes add up to the total. Texts that a spreadsheet would take for a formula begin"
                            + " with an apostrophe.")
    ResponseEntity<byte[]> csv(Caller caller, @PathVariable UUID invoiceId) {
        InvoiceCopy copy = copy(caller, invoiceId);
        return file(copy.fileName() + ".csv", CSV_UTF8, InvoiceCsv.of(copy));
    }

    @GetMapping(path = "/{invoiceId}.focus.csv", produces = CSV)
    @Operation(
            summary = "An invoice in the columns of FinOps FOCUS 1.2, a row for each line and tax",
            description = "BilledCost adds up to the total.")
    ResponseEntity<byte[]> focus(Caller caller, @PathVariable UUID invoiceId) {
        InvoiceCopy copy = copy(caller, invoiceId);
        return file(copy.fileName() + ".focus.csv", CSV_UTF8, FocusCsv.of(copy.invoice(), issuer.issuerName()));
    }

    @GetMapping(path = "/{invoiceId}.pdf", produces = MediaType.APPLICATION_PDF_VALUE)
    @Operation(summary = "An invoice to be printed", description = "The same invoice gives the same bytes.")
    ResponseEntity<byte[]> pdf(Caller caller, @PathVariable UUID invoiceId) {
        InvoiceCopy copy = copy(caller, invoiceId);
        return file(copy.fileName() + ".pdf", MediaType.APPLICATION_PDF, InvoicePdf.of(copy, issuer));
    }

    private InvoiceCopy copy(Caller caller, UUID invoiceId) {
        return reads.read(caller, null, scope -> {
            InvoiceView invoice = invoices.find(invoiceId, scope.tenantId())
                    .map(Invoice::view)
                    .orElseThrow(() -> InvoiceDesk.unknown(invoiceId));
            Map<UUID, String> numbers = new HashMap<>();
            Stream.concat(
                            Stream.ofNullable(invoice.corrects()),
                            invoice.lines().stream()
                                    .map(InvoiceView.Line::prior)
                                    .filter(Objects::nonNull)
                                    .map(InvoiceLine.Prior::priorInvoice))
                    .distinct()
                    .forEach(other -> invoices.find(other, scope.tenantId())
                            .map(found -> found.view().number())
                            .ifPresent(number -> numbers.put(other, number)));
            return new InvoiceCopy(invoice, numbers);
        });
    }

    private static ResponseEntity<byte[]> file(String name, MediaType type, byte[] bytes) {
        return ResponseEntity.ok()
                .contentType(type)
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment().filename(name).build().toString())
                .body(bytes);
    }
}
