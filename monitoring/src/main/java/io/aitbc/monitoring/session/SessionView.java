package io.aitbc.monitoring.session;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A session as it is shown.
 *
 * @param failure why its last window could not be collected
 * @param stoppedAt since when nothing is scraped for it
 */
record SessionView(
        String sessionId,
        SessionState state,
        @Nullable String failure,
        String scrapeInterval,
        Map<String, String> labels,
        Instant createdAt,
        @Nullable Instant stoppedAt) {

    static SessionView of(Session session) {
        return new SessionView(
                session.sessionId(),
                session.state(),
                session.failure(),
                Durations.print(session.scrapeInterval()),
                new TreeMap<>(session.labels()),
                session.createdAt(),
                session.stoppedAt());
    }
}
