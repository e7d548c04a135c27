package io.aitbc.coordinator.pricebook;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A price plan in one currency, at a glance.
 *
 * @param inForceSince when the version began that is in force; null when none is
 * @param nextFrom when the next one begins; null when there is none
 */
record PlanSummary(
        String plan,
        String currency,
        long versions,
        @Nullable Instant inForceSince,
        @Nullable Instant nextFrom) {}
