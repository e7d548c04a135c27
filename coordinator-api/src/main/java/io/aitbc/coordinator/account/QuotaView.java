package io.aitbc.coordinator.account;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A quota as it is shown.
 *
 * @param unit in which limit, used, reserved and left are counted
 * @param used what the ledger has of the period
 * @param reserved what jobs admitted in the period may still add to it
 * @param periodStart null for the period {@code total}
 * @param periodEnd first instant that is outside; null for the period {@code total}
 */
record QuotaView(
        String tenantId,
        String resourceType,
        String unit,
        BigDecimal limit,
        QuotaPeriod period,
        QuotaMode mode,
        BigDecimal used,
        BigDecimal reserved,
        BigDecimal left,
        @Nullable Instant periodStart,
        @Nullable Instant periodEnd) {}
