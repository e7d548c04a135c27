package io.aitbc.coordinator.notification;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where some notifications go.
 *
 * @param target an e-mail address or a URL; a URL may hold a secret, as Slack's and Discord's do
 * @param secret with which a webhook is signed
 * @param severities empty means all
 * @param labels what a notification's labels must say
 * @param tenantId null means all tenants, and what is of none
 */
record Route(
        String name,
        Channel channel,
        String target,
        @Nullable String secret,
        boolean sendResolved,
        Set<Severity> severities,
        Map<String, String> labels,
        @Nullable String tenantId,
        Instant createdAt,
        Instant updatedAt) {

    Route {
        severities = Collections.unmodifiableSet(new TreeSet<>(severities));
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    /** Whether the opening of an episode goes there; its resolution goes where its opening went. */
    boolean matches(Notification notification) {
        return (severities.isEmpty() || severities.contains(notification.severity()))
                && labels.entrySet().stream()
                        .allMatch(wanted ->
                                wanted.getValue().equals(notification.labels().get(wanted.getKey())))
                && (tenantId == null || tenantId.equals(notification.tenantId()));
    }

    /** Who is called to deliver. */
    String peer() {
        return peer(channel, target);
    }

    static String peer(Channel channel, String target) {
        return switch (channel) {
            case EMAIL -> "smtp";
            case SLACK, DISCORD, WEBHOOK -> TargetRules.origin(target);
        };
    }

    RouteView view() {
        return new RouteView(
                name,
                new RouteView.Matchers(severities, labels, tenantId),
                channel,
                channel == Channel.EMAIL ? target : TargetRules.origin(target) + "/…",
                secret != null,
                sendResolved,
                createdAt,
                updatedAt);
    }

    /** Without what is secret. */
    @Override
    public String toString() {
        return "Route[" + name + ", " + channel + "]";
    }
}
