package io.aitbc.coordinator.notification;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Notifications, letters and settings as tests need them. */
final class Samples {

    static final Instant NOON = Instant.parse("2026-04-22T12:00:00Z");

    private Samples() {}

    static Notification notification(String title, String text) {
        return notification(EpisodeEvent.OPENED, Severity.CRITICAL, title, text, Map.of("pool", "pool-1"));
    }

    static Notification notification(
            EpisodeEvent event, Severity severity, String title, String text, Map<String, String> labels) {
        return new Notification(
                UUID.randomUUID(),
                Source.API,
                "capacity:pool-1",
                event,
                severity,
                title,
                text,
                labels,
                "acme",
                List.of(),
                NOON);
    }

    static Letter letter(Channel channel, String target, @Nullable String secret, Notification notification) {
        return new Letter(UUID.randomUUID(), UUID.randomUUID(), 1, channel, "peer", target, secret, null, notification);
    }

    static NotificationSettings settings(String host, int port, String user, String password, String tls, String from) {
        return new NotificationSettings(host, port, user, password, tls, from, 10, List.of());
    }
}
