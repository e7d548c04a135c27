package io.aitbc.poolhub.usage;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that a tenant used.
 *
 * @param eventId derived from the fact itself, so that the same fact can only ever be one event
 * @param quantity in the resource's unit, 0 or more; kept with eight decimals
 * @param unitPrice the price agreed for it; null leaves it to the coordinator's price book
 * @param occurredAt when it was used up, at the latest now
 * @param metadata further facts; {@code gpu_count} for device time
 */
public record UsageFact(
        UUID eventId,
        String tenantId,
        @Nullable String minerId,
        @Nullable String jobId,
        String resourceType,
        BigDecimal quantity,
        @Nullable BigDecimal unitPrice,
        Instant occurredAt,
        @Nullable Instant periodStart,
        @Nullable Instant periodEnd,
        Map<String, Object> metadata,
        String source) {

    /** Decimals of a quantity. */
    public static final int SCALE = 8;

    public UsageFact {
        if (quantity.signum() < 0) {
            throw new IllegalArgumentException("quantity must be 0 or more, was " + quantity);
        }
        quantity = quantity.setScale(SCALE, RoundingMode.HALF_UP);
        metadata = Map.copyOf(metadata);
    }
}
