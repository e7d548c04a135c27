package io.aitbc.coordinator.invoice;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was invoiced, word for word, as it is kept for ever.
 *
 * @param text UTF-8 JSON
 * @param sha256 of its bytes, in hex: {@code sha256sum} of the downloaded document gives the same
 */
record InvoiceDocument(String text, String sha256) {

    /** What an invoice says, without what happens to it later, and without why it was finalized early: it is the customer's. */
    private record Words(
            InvoiceKind kind,
            @Nullable String number,
            UUID invoiceId,
            @Nullable UUID corrects,
            String tenantId,
            String billToName,
            @Nullable String billToEmail,
            String currency,
            String pricePlan,
            Instant periodStart,
            Instant periodEnd,
            String timezone,
            List<InvoiceView.Line> lines,
            BigDecimal net,
            List<TaxAmount> taxes,
            BigDecimal total,
            BigDecimal creditApplied,
            BigDecimal amountDue,
            long ledgerPosition,
            @Nullable Instant completeThrough,
            @Nullable String reason,
            @Nullable Instant finalizedAt) {}

    static InvoiceDocument of(InvoiceView said, ObjectMapper json) {
        try {
            String text = json.writeValueAsString(new Words(
                    said.kind(),
                    said.number(),
                    said.invoiceId(),
                    said.corrects(),
                    said.tenantId(),
                    said.billToName(),
                    said.billToEmail(),
                    said.currency(),
                    said.pricePlan(),
                    said.periodStart(),
                    said.periodEnd(),
                    said.timezone(),
                    said.lines(),
                    said.net(),
                    said.taxes(),
                    said.total(),
                    said.creditApplied(),
                    said.amountDue(),
                    said.ledgerPosition(),
                    said.completeThrough(),
                    said.kind() == InvoiceKind.CREDIT_NOTE ? said.reason() : null,
                    said.finalizedAt()));
            return new InvoiceDocument(text, hash(text));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an invoice is plain values", e);
        }
    }

    static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
