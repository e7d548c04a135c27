package io.aitbc.service.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One change, as it was written down.
 *
 * @param caller who made it, such as {@code operator}, {@code tenant:acme} or {@code system}
 * @param role by which it was allowed
 * @param before as it was; null when it was not there
 * @param after as it became; null when it is gone
 * @param requestId the X-Request-Id of the answer; null for what a service did by itself
 */
record AuditEntry(
        UUID id,
        Instant at,
        String caller,
        String role,
        String action,
        String subject,
        @Schema(implementation = Object.class) @Nullable JsonNode before,
        @Schema(implementation = Object.class) @Nullable JsonNode after,
        @Nullable String requestId) {}
