package io.aitbc.coordinator.notification;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A delivery to be queued: to the target of a route or to a recipient, one of both. */
record NewDelivery(
        UUID deliveryId,
        UUID notificationId,
        @Nullable String route,
        Channel channel,
        @Nullable String recipient,
        String peer,
        @Nullable UUID follows) {}
