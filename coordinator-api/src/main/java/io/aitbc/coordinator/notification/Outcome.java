package io.aitbc.coordinator.notification;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of trying to deliver. */
sealed interface Outcome {

    /** The peer took it. */
    record Delivered() implements Outcome {}

    /** The peer, or a rule of ours, will never take it. */
    record Refused(String reason) implements Outcome {}

    /**
     * It may go better later.
     *
     * @param retryAfter how long the peer asks to be left alone
     */
    record Failed(String reason, @Nullable Duration retryAfter) implements Outcome {

        Failed(String reason) {
            this(reason, null);
        }
    }
}
