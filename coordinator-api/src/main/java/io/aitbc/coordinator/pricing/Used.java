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
 */
public record Used(
        Instant at,
        String resourceType,
        @Nullable String gpuModel,
        BigDecimal quantity,
        @Nullable BigDecimal ownPrice) {}
