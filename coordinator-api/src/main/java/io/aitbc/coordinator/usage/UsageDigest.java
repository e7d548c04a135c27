package io.aitbc.coordinator.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts and sums of the ledger, to be compared with another's.
 *
 * @param from first instant
 * @param to first instant no longer meant
 */
record UsageDigest(Instant from, Instant to, List<Row> rows, long count, BigDecimal quantity) {

    /** The columns that a digest may be grouped by. */
    enum Group {
        TENANT("l.tenant_id", "tenant_id"),
        RESOURCE("l.resource_type", "resource_type"),
        HOUR("date_trunc('hour', l.occurred_at, 'UTC')", "hour"),
        SOURCE("l.source", "source");

        final String sql;
        final String column;

        Group(String sql, String column) {
            this.sql = sql;
            this.column = column;
        }
    }

    /** One group; what was not grouped by is left out. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Row(
            @Nullable String tenantId,
            @Nullable String resourceType,
            @Nullable Instant hour,
            @Nullable String source,
            long count,
            BigDecimal quantity) {}
}
