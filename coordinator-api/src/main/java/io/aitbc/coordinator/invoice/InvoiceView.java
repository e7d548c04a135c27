package io.aitbc.coordinator.invoice;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An invoice as it is shown.
 *
 * @param periodEnd the first instant that is not billed
 * @param completeThrough until when every producer said that it had sent everything, when the draft was built; null when
 *     none has said so
 */
record InvoiceView(
        UUID invoiceId,
        String tenantId,
        InvoiceStatus status,
        String currency,
        Instant periodStart,
        Instant periodEnd,
        List<Line> lines,
        BigDecimal total,
        @Nullable Instant completeThrough,
        Instant createdAt,
        Instant rebuiltAt) {

    /** A line; numbered from 1. */
    record Line(
            int line,
            String resourceType,
            String unit,
            BigDecimal quantity,
            BigDecimal unitPrice,
            BigDecimal amount,
            long eventCount) {}

    static BigDecimal tidy(BigDecimal value) {
        BigDecimal stripped = value.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
