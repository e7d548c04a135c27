package io.aitbc.poolhub.importing;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Usage from elsewhere. */
record UsageRow(
        @Nullable UUID eventId,
        @Nullable String tenantId,
        @Nullable String minerId,
        @Nullable String jobId,
        @Nullable String resourceType,
        @Nullable BigDecimal quantity,
        @Nullable BigDecimal unitPrice,
        @Nullable Instant occurredAt,
        @Nullable Instant periodStart,
        @Nullable Instant periodEnd,
        @Nullable Map<String, Object> metadata)
        implements ImportKind.Row {

    private static final BigDecimal MOST = new BigDecimal("1000000000000");

    @Override
    public @Nullable UUID id() {
        return eventId;
    }

    @Override
    public @Nullable String fault(Instant now) {
        String missing = ImportKind.missing(
                "event_id",
                eventId,
                "tenant_id",
                tenantId,
                "resource_type",
                resourceType,
                "quantity",
                quantity,
                "occurred_at",
                occurredAt);
        if (missing != null || occurredAt == null) {
            return missing;
        }
        return ImportKind.first(
                ImportKind.text("tenant_id", tenantId, 64),
                ImportKind.text("miner_id", minerId, 64),
                ImportKind.text("job_id", jobId, 128),
                ImportKind.text("resource_type", resourceType, 32),
                ImportKind.storable(metadata),
                number("quantity", quantity),
                number("unit_price", unitPrice),
                ImportKind.time("occurred_at", occurredAt, now),
                periodStart == null ? null : ImportKind.time("period_start", periodStart, now),
                periodEnd == null ? null : ImportKind.time("period_end", periodEnd, now),
                periodStart != null && periodEnd != null && !periodEnd.isAfter(periodStart)
                        ? "period_end must be after period_start."
                        : null);
    }

    private static @Nullable String number(String name, @Nullable BigDecimal value) {
        if (value == null) {
            return null;
        }
        boolean fits = value.signum() >= 0
                && value.compareTo(MOST) < 0
                && value.stripTrailingZeros().scale() <= 8;
        return fits ? null : name + " must be within 0..10^12 with at most 8 decimals.";
    }
}
