package io.aitbc.coordinator.pricing;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of what is owed.
 *
 * @param resourceType null for what a minimum commitment adds
 * @param priceFrom since when the price, or the waiver, holds; null for a price that events brought themselves
 * @param priceUntil when the next version of the plan begins; null when there is none
 * @param quantity at this price
 * @param unitPrice of one unit or package
 * @param amount rounded half up, once
 * @param outcome why it is waived; null on every other line
 * @param portion the usage that it was computed from. Lines of several tiers, and of the free allowance, are computed from
 *     the same usage together; a commitment from none
 */
public record Charge(
        Kind kind,
        @Nullable String resourceType,
        @Nullable String gpuModel,
        @Nullable Instant priceFrom,
        @Nullable Instant priceUntil,
        BigDecimal quantity,
        BigDecimal unitPrice,
        Money amount,
        @Nullable Outcome outcome,
        List<Used> portion) {

    /** Why it is owed. */
    public enum Kind {
        /** At the plan's price. */
        USAGE,
        /** Within the free allowance: nothing. */
        FREE,
        /** At the price that the events brought. */
        OWN_PRICE,
        /** Work that ended in a way for which the plan charges nothing. */
        WAIVED,
        /** What is missing to the minimum commitment. */
        COMMITMENT
    }

    public Charge {
        portion = List.copyOf(portion);
    }
}
