package io.aitbc.poolhub.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;

/** An event on its way, in the coordinator's words. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PendingEvent(
        UUID eventId,
        @Nullable String source,
        String tenantId,
        @Nullable String minerId,
        @Nullable String jobId,
        String resourceType,
        BigDecimal quantity,
        @Nullable BigDecimal unitPrice,
        Instant occurredAt,
        @Nullable Instant periodStart,
        @Nullable Instant periodEnd,
        @JsonRawValue String metadata,
        @Nullable String gpuModel,
        @Nullable String outcome,
        @Nullable UUID reverses) {

    /** What {@link #ROW} reads, of {@code usage_events e}. */
    static final String COLUMNS = """
            e.event_id, e.tenant_id, e.miner_id, e.job_id, e.resource_type, e.quantity, e.unit_price, e.occurred_at,
            e.period_start, e.period_end, e.metadata, e.gpu_model, e.outcome, e.reverses
            """;

    static final RowMapper<PendingEvent> ROW = (row, n) -> new PendingEvent(
            row.getObject(1, UUID.class),
            null,
            row.getString(2),
            row.getString(3),
            row.getString(4),
            row.getString(5),
            row.getBigDecimal(6),
            row.getBigDecimal(7),
            row.getTimestamp(8).toInstant(),
            instant(row.getTimestamp(9)),
            instant(row.getTimestamp(10)),
            row.getString(11),
            row.getString(12),
            row.getString(13),
            row.getObject(14, UUID.class));

    PendingEvent from(String pool) {
        return new PendingEvent(
                eventId,
                pool,
                tenantId,
                minerId,
                jobId,
                resourceType,
                quantity,
                unitPrice,
                occurredAt,
                periodStart,
                periodEnd,
                metadata,
                gpuModel,
                outcome,
                reverses);
    }

    Outbox.Key key() {
        return new Outbox.Key(tenantId, occurredAt, eventId);
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
