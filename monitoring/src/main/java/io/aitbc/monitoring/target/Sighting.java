package io.aitbc.monitoring.target;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How Prometheus finds one address.
 *
 * @param instance the address, {@code host:port}
 * @param lastError why the last scrape failed
 * @param lastScrape null when it was not scraped yet
 */
record Sighting(
        String instance,
        Health health,
        @Nullable String lastError,
        @Nullable Instant lastScrape) {

    static Sighting unknown(String instance) {
        return new Sighting(instance, Health.UNKNOWN, null, null);
    }
}
