package io.aitbc.coordinator.notification;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Messages in the forms that their services document. */
final class Payload {

    private static final int MOST_FACTS = 8;

    private Payload() {}

    /**
     * For an incoming webhook of Slack: text that is shown where blocks cannot be, and blocks. What others wrote is plain text, or
     * escaped, so that it mentions nobody.
     *
     * @see <a href="https://api.slack.com/reference/block-kit/blocks">limits of blocks</a>
     */
    static Map<String, Object> slack(Notification notification) {
        List<Object> blocks = new ArrayList<>();
        if (!notification.text().isBlank()) {
            blocks.add(Map.of("type", "section", "text", plain(Texts.cut(notification.text(), 3_000))));
        }
        List<Object> fields = new ArrayList<>();
        facts(notification).forEach((name, value) -> fields.add(plain(Texts.cut(name + ": " + value, 500))));
        blocks.add(Map.of("type", "section", "fields", fields));
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("text", escaped(notification.headline()));
        payload.put("attachments", List.of(Map.of("color", "#%06x".formatted(colour(notification)), "blocks", blocks)));
        return payload;
    }

    /**
     * For a webhook of Discord: at most 2,000 characters of content and 6,000 of an embed, and nobody is mentioned.
     *
     * @see <a href="https://discord.com/developers/docs/resources/webhook#execute-webhook">execute webhook</a>
     */
    static Map<String, Object> discord(Notification notification) {
        List<Object> fields = new ArrayList<>();
        facts(notification).forEach((name, value) -> {
            if (!value.isBlank()) {
                fields.add(Map.of("name", Texts.cut(name, 64), "value", Texts.cut(value, 150), "inline", true));
            }
        });
        Map<String, Object> embed = new LinkedHashMap<>();
        if (!notification.text().isBlank()) {
            embed.put("description", Texts.cut(notification.text(), 4_096));
        }
        embed.put("color", colour(notification));
        embed.put("timestamp", notification.occurredAt().toString());
        embed.put("fields", fields);
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("content", Texts.cut(notification.headline(), 2_000));
        payload.put("embeds", List.of(embed));
        payload.put("allowed_mentions", Map.of("parse", List.of()));
        return payload;
    }

    /** For a webhook of the operator's: everything. */
    static Map<String, Object> plainJson(Notification notification, UUID deliveryId) {
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("delivery_id", deliveryId);
        payload.put("notification_id", notification.notificationId());
        payload.put("source", notification.source().name().toLowerCase(java.util.Locale.ROOT));
        payload.put("key", notification.key());
        payload.put("event", notification.event());
        payload.put("severity", notification.severity());
        payload.put("title", notification.title());
        payload.put("text", notification.text());
        payload.put("labels", notification.labels());
        payload.put("tenant_id", notification.tenantId());
        payload.put("occurred_at", notification.occurredAt());
        return payload;
    }

    private static Map<String, String> facts(Notification notification) {
        Map<String, String> some = new LinkedHashMap<>();
        notification.facts().forEach((name, value) -> {
            if (some.size() < MOST_FACTS) {
                some.put(name, value);
            }
        });
        return some;
    }

    private static Map<String, Object> plain(String text) {
        return Map.of("type", "plain_text", "text", text, "emoji", false);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static int colour(Notification notification) {
        if (notification.event() == EpisodeEvent.RESOLVED) {
            return 0x2e7d32;
        }
        return switch (notification.severity()) {
            case INFO -> 0x1976d2;
            case WARNING -> 0xf9a825;
            case HIGH -> 0xef6c00;
            case CRITICAL -> 0xc62828;
        };
    }
}
