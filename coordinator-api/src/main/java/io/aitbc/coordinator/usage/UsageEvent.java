package io.aitbc.coordinator.usage;

import io.aitbc.coordinator.pricing.Outcome;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event that keeps the rules: a row of the ledger.
 *
 * @param key 128 bits of SHA-256 over source and event id: the event's name for ever
 * @param content a hash of what the event says, to tell a repetition from a contradiction
 * @param quantity negative only where it takes back another event
 * @param unitPrice the event's own; null means the price book's
 * @param reverses the id of the event that this one takes back
 * @param outcome null where the work went well, or it is no work
 */
record UsageEvent(
        UUID key,
        long content,
        String tenantId,
        Instant occurredAt,
        String eventId,
        String source,
        String resourceType,
        BigDecimal quantity,
        @Nullable BigDecimal unitPrice,
        String currency,
        @Nullable String jobId,
        @Nullable Integer attempt,
        @Nullable String minerId,
        @Nullable String gpuUuid,
        @Nullable Instant periodStart,
        @Nullable Instant periodEnd,
        @Nullable String reverses,
        @Nullable String metadata,
        @Nullable String gpuModel,
        @Nullable Outcome outcome) {

    /**
     * This event as what takes the original back: everything that decides prices, periods and payouts is the original's, so that
     * both together come to nothing whatever this one says.
     */
    UsageEvent takingBack(LedgerEntries.Original original) {
        return new UsageEvent(
                key,
                content,
                tenantId,
                original.occurredAt(),
                eventId,
                source,
                resourceType,
                original.quantity().negate(),
                original.unitPrice(),
                currency,
                original.jobId(),
                original.attempt(),
                original.minerId(),
                original.gpuUuid(),
                original.periodStart(),
                original.periodEnd(),
                reverses,
                metadata,
                original.gpuModel(),
                original.outcome());
    }
}
