package io.aitbc.coordinator.usage;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of the ledger as it is shown.
 *
 * @param unitPrice the event's own price; null when it brought none
 * @param ratedPrice the price of the first unit by the tenant's plan as it was when it happened, or its own; 0 where the plan
 *     waives it; null when there is none
 * @param totalAmount quantity, weighed by time where the resource is, times rated price, to eight decimals: invoices round sums,
 *     not events, and know free units and tiers
 * @param outcome how the work ended, as it was sent; null where it went well
 */
public record UsageRow(
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
        Instant recordedAt,
        @Nullable String gpuModel,
        @Nullable String outcome) {}
