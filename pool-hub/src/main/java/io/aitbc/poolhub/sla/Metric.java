package io.aitbc.poolhub.sla;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;

/**
 * One measurement.
 *
 * @param minerId null for the whole pool
 * @param metadata JSON with window, coverage and sample size
 */
public record Metric(
        UUID id,
        @Nullable String minerId,
        String metricType,
        double metricValue,
        double threshold,
        @JsonProperty("is_violation") boolean isViolation,
        Instant timestamp,
        @JsonRawValue String metadata) {

    static final RowMapper<Metric> ROW = (row, n) -> new Metric(
            row.getObject(1, UUID.class),
            row.getString(2),
            row.getString(3),
            row.getDouble(4),
            row.getDouble(5),
            row.getBoolean(6),
            row.getTimestamp(7).toInstant(),
            row.getString(8));
}
