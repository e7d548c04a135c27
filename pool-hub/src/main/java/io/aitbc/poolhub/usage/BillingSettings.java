package io.aitbc.poolhub.usage;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** How often usage is sent. */
@ConfigurationProperties("billing")
record BillingSettings(BigDecimal syncIntervalHours) {

    private static final BigDecimal MOST_HOURS = BigDecimal.valueOf(168);
    private static final BigDecimal MILLIS_PER_HOUR = BigDecimal.valueOf(3_600_000);

    BillingSettings {
        if (syncIntervalHours.signum() <= 0 || syncIntervalHours.compareTo(MOST_HOURS) > 0) {
            throw new IllegalArgumentException(
                    "BILLING_SYNC_INTERVAL_HOURS must be more than 0 and at most 168, was " + syncIntervalHours);
        }
    }

    Duration interval() {
        return Duration.ofMillis(Math.max(
                200,
                syncIntervalHours
                        .multiply(MILLIS_PER_HOUR)
                        .setScale(0, RoundingMode.HALF_UP)
                        .longValueExact()));
    }
}
