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

    /**
     * For SMTP. A server that looks at a message before it takes it is silent for long (RFC 5321, 4.5.3.2.6, has clients wait for
     * ten minutes), and one that is left too early has sent the message when we believe that it has not.
     */
    static final TimeLimits MAIL =
            new TimeLimits(Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(100));
}
