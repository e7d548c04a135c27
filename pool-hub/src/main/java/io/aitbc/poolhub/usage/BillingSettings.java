package io.aitbc.poolhub.usage;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where usage goes, and how often.
 *
 * @param poolId names this pool as the source of its events
 */
@ConfigurationProperties("billing")
record BillingSettings(
        URI coordinatorBillingUrl, String coordinatorApiKey, BigDecimal syncIntervalHours, String poolId) {

    private static final BigDecimal MOST_HOURS = BigDecimal.valueOf(168);
    private static final BigDecimal MILLIS_PER_HOUR = BigDecimal.valueOf(3_600_000);

    BillingSettings {
        String scheme = coordinatorBillingUrl.getScheme();
        if (!"http".equals(scheme) && !"https".equals(scheme) || coordinatorBillingUrl.getHost() == null) {
            throw new IllegalArgumentException(
                    "COORDINATOR_BILLING_URL must be like http://localhost:8011, was " + coordinatorBillingUrl);
        }
        if (coordinatorApiKey.isBlank()) {
            throw new IllegalArgumentException("COORDINATOR_API_KEY must be set to the service key of the coordinator");
        }
        if (syncIntervalHours.signum() <= 0 || syncIntervalHours.compareTo(MOST_HOURS) > 0) {
            throw new IllegalArgumentException(
                    "BILLING_SYNC_INTERVAL_HOURS must be more than 0 and at most 168, was " + syncIntervalHours);
        }
        if (!poolId.matches("[A-Za-z0-9._:-]{1,64}")) {
            throw new IllegalArgumentException("POOL_ID must be 1 to 64 of letters, digits and . _ : -, was " + poolId);
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

    URI at(String path) {
        return URI.create(coordinatorBillingUrl.toString().replaceAll("/+$", "") + path);
    }

    @Override
    public String toString() {
        return "BillingSettings[" + coordinatorBillingUrl + ", " + poolId + "]";
    }
}
