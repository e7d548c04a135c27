package io.aitbc.coordinator.notification;

import java.time.Duration;
import java.time.Instant;

/** What becomes of a delivery after an attempt. */
sealed interface DeliveryDecision {

    /** It is done. */
    record Sent() implements DeliveryDecision {}

    /**
     * It is tried again.
     *
     * @param counts whether this attempt was one of those that it has
     */
    record Again(Instant at, String reason, boolean counts) implements DeliveryDecision {}

    /** It is not tried again. */
    record Dead(String reason) implements DeliveryDecision {}

    /** The wait after the first attempt; it grows threefold with each. */
    Duration FIRST_WAIT = Duration.ofSeconds(15);
    /** No wait is longer. Ten attempts last for about 20 hours. */
    Duration LONGEST_WAIT = Duration.ofHours(8);
    /** A peer's own wish is heard up to here. */
    Duration LONGEST_WISH = Duration.ofHours(1);

    /**
     * Decides.
     *
     * @param attempts made so far, this one included
     * @param maxAttempts after which it is dead
     * @param jitter 0..1: the wait is between three and five quarters of its length
     */
    static DeliveryDecision of(Outcome outcome, int attempts, int maxAttempts, Instant now, double jitter) {
        if (outcome instanceof Outcome.Delivered) {
            return new Sent();
        }
        if (outcome instanceof Outcome.Refused refused) {
            return new Dead(refused.reason());
        }
        Outcome.Failed failed = (Outcome.Failed) outcome;
        // A peer that only has too much to do takes it in the end, however many wait before it.
        boolean counts = failed.kind() != Outcome.Failed.Kind.THROTTLE;
        if (counts && attempts >= maxAttempts) {
            return new Dead(failed.reason() + " Given up after " + attempts + " attempts.");
        }
        Duration wait = backoff(attempts, jitter);
        if (failed.retryAfter() != null) {
            Duration wish = failed.retryAfter().compareTo(LONGEST_WISH) > 0 ? LONGEST_WISH : failed.retryAfter();
            wait = wait.compareTo(wish) < 0 ? wish : wait;
        }
        return new Again(now.plus(wait), failed.reason(), counts);
    }

    private static Duration backoff(int attempts, double jitter) {
        double seconds =
                Math.min(LONGEST_WAIT.toSeconds(), FIRST_WAIT.toSeconds() * Math.pow(3, Math.min(attempts, 20) - 1.0));
        return Duration.ofMillis(Math.round(seconds * 1_000 * (0.75 + 0.5 * jitter)));
    }
}
