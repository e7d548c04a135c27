package io.aitbc.coordinator.notification;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A delivery on its way.
 *
 * @param lease what shows that this replica may send it now
 * @param attempts made so far, this one included
 * @param target null when its route is gone
 * @param follows the delivery of the opening that this one ends
 */
record Letter(
        UUID deliveryId,
        UUID lease,
        int attempts,
        Channel channel,
        String peer,
        @Nullable String target,
        @Nullable String secret,
        @Nullable UUID follows,
        Notification notification) {

    /** Without what is secret. */
    @Override
    public String toString() {
        return "Letter[" + deliveryId + ", " + channel + "]";
    }
}
