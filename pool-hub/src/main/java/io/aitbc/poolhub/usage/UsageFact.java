package io.aitbc.poolhub.usage;

import com.github.f4b6a3.uuid.UuidCreator;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that a tenant used, or that a fact which was written before does not hold.
 *
 * @param eventId derived from the fact itself, so that the same fact can only ever be one event
 * @param quantity in the resource's unit, 0 or more, 0 or less where it takes another back; kept with eight decimals
 * @param unitPrice the price agreed for it; null leaves it to the coordinator's price book
 * @param occurredAt when it was used up, at the latest now
 * @param metadata further facts; {@code gpu_count} for device time
 * @param gpuModel on which GPUs, as far as it is known
 * @param outcome null for work that came to a good end, or whose end nobody is to blame for
 * @param reverses the event that this one takes back as a whole
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
        String source,
        @Nullable String gpuModel,
        @Nullable UsageOutcome outcome,
        @Nullable UUID reverses) {

    /** Decimals of a quantity. */
    public static final int SCALE = 8;

    public UsageFact {
        if (reverses == null ? quantity.signum() < 0 : quantity.signum() > 0) {
            throw new IllegalArgumentException(
                    "quantity must be 0 or more, or 0 or less in an event that takes another back; was " + quantity);
        }
        quantity = quantity.setScale(SCALE, RoundingMode.HALF_UP);
        metadata = Map.copyOf(metadata);
    }

    /** Usage of no GPU in particular, which came to no bad end. */
    public UsageFact(
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
        this(
                eventId,
                tenantId,
                minerId,
                jobId,
                resourceType,
                quantity,
                unitPrice,
                occurredAt,
                periodStart,
                periodEnd,
                metadata,
                source,
                null,
                null,
                null);
    }

    /** The same on GPUs of a model, and with how the work ended. */
    public UsageFact with(@Nullable String model, @Nullable UsageOutcome ended) {
        return new UsageFact(
                eventId,
                tenantId,
                minerId,
                jobId,
                resourceType,
                quantity,
                unitPrice,
                occurredAt,
                periodStart,
                periodEnd,
                metadata,
                source,
                model,
                ended,
                reverses);
    }

    /** The same with one more word of metadata. */
    public UsageFact withMetadata(String name, Object value) {
        Map<String, Object> more = new HashMap<>(metadata);
        more.put(name, value);
        return new UsageFact(
                eventId,
                tenantId,
                minerId,
                jobId,
                resourceType,
                quantity,
                unitPrice,
                occurredAt,
                periodStart,
                periodEnd,
                more,
                source,
                gpuModel,
                outcome,
                reverses);
    }

    /** The event that takes this one back: its mirror, at the same time. There is one for ever. */
    public UsageFact takenBack() {
        return new UsageFact(
                UuidCreator.getNameBasedSha1(eventId, "taken back"),
                tenantId,
                minerId,
                jobId,
                resourceType,
                quantity.negate(),
                unitPrice,
                occurredAt,
                periodStart,
                periodEnd,
                metadata,
                source,
                gpuModel,
                outcome,
                eventId);
    }
}
