package io.aitbc.coordinator.pricing;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A line of what is owed.
 *
 * @param resourceType null for what a minimum commitment adds
 * @param priceFrom since when the price holds; null for a price that events brought themselves
 * @param quantity at this price
 * @param unitPrice of one unit or package
 * @param amount rounded half up, once
 */
public record Charge(
        Kind kind,
        @Nullable String resourceType,
        @Nullable String gpuModel,
        @Nullable Instant priceFrom,
        BigDecimal quantity,
        BigDecimal unitPrice,
        Money amount) {

    /** Why it is owed. */
    public enum Kind {
        /** At the plan's price. */
        USAGE,
        /** Within the free allowance: nothing. */
        FREE,
        /** At the price that the events brought. */
        OWN_PRICE,
        /** What is missing to the minimum commitment. */
        COMMITMENT
    }
}
