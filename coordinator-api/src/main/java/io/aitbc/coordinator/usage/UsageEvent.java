package io.aitbc.coordinator.usage;

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
        @Nullable String metadata) {

    /** This event with what it takes back filled in from the ledger. */
    UsageEvent takingBack(BigDecimal original, @Nullable BigDecimal originalPrice) {
        return new UsageEvent(
                key,
                content,
                tenantId,
                occurredAt,
                eventId,
                source,
                resourceType,
                original.negate(),
                originalPrice,
                currency,
                jobId,
                attempt,
                minerId,
                gpuUuid,
                periodStart,
                periodEnd,
                reverses,
                metadata);
    }
}
