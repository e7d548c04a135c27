package io.aitbc.monitoring.session;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A benchmark session.
 *
 * @param failure why it is {@link SessionState#FAILED}
 * @param scrapeInterval how often its targets are scraped that say nothing else; above 0
 * @param labels on every series of its targets, beside {@code session_id}
 * @param stoppedAt since when nothing is scraped for it
 */
public record Session(
        String sessionId,
        SessionState state,
        @Nullable String failure,
        Duration scrapeInterval,
        Map<String, String> labels,
        Instant createdAt,
        @Nullable Instant stoppedAt) {

    public Session {
        labels = Map.copyOf(labels);
    }
}
