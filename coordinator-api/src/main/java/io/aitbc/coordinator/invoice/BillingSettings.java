package io.aitbc.coordinator.invoice;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The monthly run.
 *
 * @param monthlyRun BILLING_MONTHLY_RUN: whether months are invoiced by schedule
 * @param finalizeAfterHours BILLING_FINALIZE_AFTER_HOURS: so long after a month's end, by the tenant's clocks, its invoice is
 *     finalized; until then it is a draft; 0..744
 */
@ConfigurationProperties("coordinator.billing")
record BillingSettings(boolean monthlyRun, int finalizeAfterHours) {

    BillingSettings {
        if (finalizeAfterHours < 0 || finalizeAfterHours > 744) {
            throw new IllegalArgumentException(
                    "BILLING_FINALIZE_AFTER_HOURS must be within 0..744, was " + finalizeAfterHours);
        }
    }

    Duration finalizeAfter() {
        return Duration.ofHours(finalizeAfterHours);
    }
}
