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
    record Failed(String reason, @Nullable Duration retryAfter, Kind kind) implements Outcome {

        /** What failing says of the peer. */
        enum Kind {
            /** It does not work, or not for this message. */
            FAULT,
            /** It said nothing in time; who calls it waits for long. */
            SILENCE,
            /** It works, has too much to do, and says when there is time. */
            THROTTLE
        }

        Failed(String reason) {
            this(reason, null);
        }

        Failed(String reason, @Nullable Duration retryAfter) {
            this(reason, retryAfter, Kind.FAULT);
        }

        static Failed silent(String reason) {
            return new Failed(reason, null, Kind.SILENCE);
        }

        static Failed throttled(String reason, Duration retryAfter) {
            return new Failed(reason, retryAfter, Kind.THROTTLE);
        }
    }
}
