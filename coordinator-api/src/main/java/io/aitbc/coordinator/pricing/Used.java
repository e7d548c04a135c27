package io.aitbc.coordinator.pricing;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Usage that is to be priced: an event, or the sum of many under one version.
 *
 * @param at when it happened, which decides its price
 * @param gpuModel on which it was used; null where that is not known or means nothing
 * @param quantity negative where usage was taken back
 * @param ownPrice the event's own unit price, which wins over the plan; null where it has none. 0 is a price: free
 * @param outcome how the work ended; null where it went well, or is no work
 * @param minerId whose machine was used; null where that is not known or means nothing. It has no influence on the price
 */
public record Used(
        Instant at,
        String resourceType,
        @Nullable String gpuModel,
        BigDecimal quantity,
        @Nullable BigDecimal ownPrice,
        @Nullable Outcome outcome,
        @Nullable String minerId) {

    /** The same, of another quantity. */
    public Used withQuantity(BigDecimal other) {
        return new Used(at, resourceType, gpuModel, other, ownPrice, outcome, minerId);
    }
}
