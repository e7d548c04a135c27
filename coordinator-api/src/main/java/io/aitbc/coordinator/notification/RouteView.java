package io.aitbc.coordinator.notification;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A route as it is shown.
 *
 * @param target of a URL only the beginning, since the rest may be a secret
 */
record RouteView(
        String name,
        Matchers matchers,
        Channel channel,
        String target,
        boolean hasSecret,
        boolean sendResolved,
        Instant createdAt,
        Instant updatedAt) {

    /** What a notification must be like; empty ones match everything. */
    record Matchers(
            Set<Severity> severity,
            Map<String, String> labels,
            @Nullable String tenantId) {}
}
