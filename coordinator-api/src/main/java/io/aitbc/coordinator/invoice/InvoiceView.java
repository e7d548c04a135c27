package io.aitbc.coordinator.invoice;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An invoice or credit note as it is shown.
 *
 * @param number such as INV-2026-000042; null on a draft
 * @param corrects the invoice that a credit note takes from
 * @param pricePlan the plan that prices the whole period
 * @param periodEnd the first instant that is not billed
 * @param net the sum of the lines' amounts
 * @param total net and taxes: the sum of the lines' amounts and taxes
 * @param creditApplied taken from the prepaid balance; negative where it was given to it
 * @param amountDue what was left to be paid when it was finalized
 * @param ledgerPosition rows of the ledger with a higher seq were not there yet
 * @param completeThrough until when every producer said that it had sent everything; null when none has said so
 * @param reason why a credit note was made, or why an invoice was finalized before its usage was complete
 * @param sha256 of the document; null on a draft
 */
record InvoiceView(
        UUID invoiceId,
        InvoiceKind kind,
        @Nullable String number,
        String tenantId,
        String billToName,
        @Nullable String billToEmail,
        InvoiceStatus status,
        @Nullable UUID corrects,
        String currency,
        String pricePlan,
        Instant periodStart,
        Instant periodEnd,
        String timezone,
        List<Line> lines,
        BigDecimal net,
        List<TaxAmount> taxes,
        BigDecimal total,
        BigDecimal creditApplied,
        BigDecimal amountDue,
        long ledgerPosition,
        @Nullable Instant completeThrough,
        @Nullable String reason,
        Instant createdAt,
        Instant rebuiltAt,
        @Nullable Instant finalizedAt,
        @Nullable Instant paidAt,
        @Nullable String paymentReference,
        @Nullable Instant voidedAt,
        @Nullable String voidReason,
        @Nullable String sha256) {

    /** A line; numbered from 1. */
    record Line(
            int line,
            LineKind kind,
            @Nullable String resourceType,
            @Nullable String gpuModel,
            @Nullable String outcome,
            String description,
            @Nullable String unit,
            BigDecimal quantity,
            BigDecimal unitPrice,
            BigDecimal amount,
            BigDecimal tax,
            long eventCount,
            @Nullable Instant priceFrom,
            InvoiceLine.@Nullable Prior prior,
            InvoiceLine.@Nullable Evidence evidence) {}
}
