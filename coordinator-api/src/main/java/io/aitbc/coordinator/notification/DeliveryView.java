package io.aitbc.coordinator.notification;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A delivery as it is shown.
 *
 * @param route null when the notification itself named the recipient
 * @param nextAttemptAt null when there is none
 */
record DeliveryView(
        UUID deliveryId,
        UUID notificationId,
        String key,
        EpisodeEvent event,
        Severity severity,
        String title,
        @Nullable String route,
        Channel channel,
        @Nullable String recipient,
        DeliveryState state,
        int attempts,
        @Nullable Instant nextAttemptAt,
        @Nullable String lastError,
        Instant createdAt,
        @Nullable Instant sentAt) {}
