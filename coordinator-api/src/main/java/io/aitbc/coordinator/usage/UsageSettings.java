package io.aitbc.coordinator.usage;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How usage is taken and rated.
 *
 * @param trustEventPrice BILLING_TRUST_EVENT_PRICE: whether an event's own unit price wins over the price book's
 * @param maxEventAgeDays BILLING_MAX_EVENT_AGE_DAYS: older events go to quarantine; 1..3660
 */
@ConfigurationProperties("coordinator.usage")
record UsageSettings(boolean trustEventPrice, int maxEventAgeDays) {

    /** How far ahead of this service's clock an event may be. */
    static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

    UsageSettings {
        if (maxEventAgeDays < 1 || maxEventAgeDays > 3660) {
            throw new IllegalArgumentException(
                    "BILLING_MAX_EVENT_AGE_DAYS must be within 1..3660, was " + maxEventAgeDays);
        }
    }

    Duration maxEventAge() {
        return Duration.ofDays(maxEventAgeDays);
    }
}
