package io.aitbc.coordinator.usage;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of the ledger as it is shown.
 *
 * @param unitPrice the event's own price; null when it brought none
 * @param ratedPrice the price it is billed at now; null when the price book has none in its currency
 * @param totalAmount quantity times rated price, to eight decimals: invoices round sums, not events
 */
record UsageRow(
        String eventId,
        String source,
        String tenantId,
        String resourceType,
        BigDecimal quantity,
        @Nullable BigDecimal unitPrice,
        @Nullable BigDecimal ratedPrice,
        @Nullable BigDecimal totalAmount,
        String currency,
        @Nullable String jobId,
        @Nullable Integer attempt,
        @Nullable String minerId,
        @Nullable String gpuUuid,
        Instant occurredAt,
        @Nullable Instant periodStart,
        @Nullable Instant periodEnd,
        @Nullable String reverses,
        @JsonRawValue @Nullable String metadata,
        Instant recordedAt) {}
