package io.aitbc.poolhub.usage;

import java.io.IOException;
import java.time.Duration;

/** The coordinator cannot be used now; nothing is known of what it did. The message is a sentence. */
final class CoordinatorAway extends IOException {

    private static final long serialVersionUID = 1L;
    static final Duration SOON = Duration.ofSeconds(10);

    private final Duration retryAfter;

    CoordinatorAway(String sentence, Throwable cause) {
        super(sentence, cause);
        this.retryAfter = SOON;
    }

    CoordinatorAway(String sentence, Duration retryAfter) {
        super(sentence);
        this.retryAfter = retryAfter;
    }

    String sentence() {
        return String.valueOf(getMessage());
    }

    Duration retryAfter() {
        return retryAfter;
    }
}
