package io.aitbc.poolhub.sla;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;

/**
 * One episode outside a service level.
 *
 * @param metricValue the worst value of the episode
 * @param violationDurationMs null while it lasts
 * @param status OPEN, RESOLVED or EXCUSED
 */
public record Violation(
        UUID id,
        @Nullable String minerId,
        String violationType,
        String severity,
        double metricValue,
        double threshold,
        @Nullable Long violationDurationMs,
        @Nullable Instant resolvedAt,
        Instant createdAt,
        String status,
        @Nullable String excuseReason,
        @Nullable String excusedBy,
        @Nullable Instant excusedAt,
        @JsonRawValue String metadata) {

    static final String COLUMNS =
            "id, miner_id, violation_type, severity, metric_value, threshold, violation_duration_ms,"
                    + " resolved_at, created_at, status, excuse_reason, excused_by, excused_at, metadata::text";

    static final RowMapper<Violation> ROW = (row, n) -> new Violation(
            row.getObject(1, UUID.class),
            row.getString(2),
            row.getString(3),
            row.getString(4),
            row.getDouble(5),
            row.getDouble(6),
            row.getObject(7) == null ? null : row.getLong(7),
            instant(row.getTimestamp(8)),
            row.getTimestamp(9).toInstant(),
            row.getString(10),
            row.getString(11),
            row.getString(12),
            instant(row.getTimestamp(13)),
            row.getString(14));

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
