package io.aitbc.coordinator.notification;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is told: that an episode has begun, or that it is over.
 *
 * @param key names the episode, among those of its source
 * @param title one line
 * @param recipients e-mail addresses that are told whatever the routes say
 */
record Notification(
        UUID notificationId,
        Source source,
        String key,
        EpisodeEvent event,
        Severity severity,
        String title,
        String text,
        Map<String, String> labels,
        @Nullable String tenantId,
        List<String> recipients,
        Instant occurredAt) {

    Notification {
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
        recipients = List.copyOf(recipients);
    }

    /** The same of another episode. */
    Notification ofEpisode(String other) {
        return new Notification(
                notificationId, source, other, event, severity, title, text, labels, tenantId, recipients, occurredAt);
    }

    /** The same under the id by which it is known. */
    Notification knownAs(UUID id) {
        return new Notification(
                id, source, key, event, severity, title, text, labels, tenantId, recipients, occurredAt);
    }

    /** The title with what matters most before it, such as {@code [CRITICAL] Pool is full}. */
    String headline() {
        return "[" + (event == EpisodeEvent.RESOLVED ? "RESOLVED" : severity.name()) + "] " + title;
    }

    /** What else there is to say, by name. */
    Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("severity", severity.toString());
        facts.put(event == EpisodeEvent.RESOLVED ? "resolved at" : "since", occurredAt.toString());
        if (tenantId != null) {
            facts.put("tenant", tenantId);
        }
        labels.forEach(facts::putIfAbsent);
        return facts;
    }
}
