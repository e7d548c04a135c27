package io.aitbc.poolhub.usage;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;

/** An event that the coordinator refused, with its reason. */
public record ParkedEvent(
        UUID eventId,
        String tenantId,
        @Nullable String minerId,
        @Nullable String jobId,
        String resourceType,
        BigDecimal quantity,
        Instant occurredAt,
        int attempts,
        @Nullable String lastError) {

    static final RowMapper<ParkedEvent> ROW = (row, n) -> new ParkedEvent(
            row.getObject(1, UUID.class),
            row.getString(2),
            row.getString(3),
            row.getString(4),
            row.getString(5),
            row.getBigDecimal(6),
            row.getTimestamp(7).toInstant(),
            row.getInt(8),
            row.getString(9));
}
