package io.aitbc.coordinator.notification;

import java.time.Duration;

/**
 * How long a peer may take.
 *
 * @param connect to accept a connection
 * @param silence to say anything further
 * @param total from the beginning to the end
 */
record TimeLimits(Duration connect, Duration silence, Duration total) {

    static final TimeLimits USUAL =
            new TimeLimits(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(20));
}
