package io.aitbc.coordinator.account;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.UUID;

/**
 * How much of a resource a tenant may use in a period.
 *
 * @param quotaId another one whenever limit, period or mode change
 * @param limit in the resource's unit, 0 or more
 * @param zone the tenant's, in which its periods are meant
 */
record Quota(
        UUID quotaId,
        String tenantId,
        String resourceType,
        String unit,
        BigDecimal limit,
        QuotaPeriod period,
        QuotaMode mode,
        ZoneId zone) {

    /** What of it is kept in the audit log. */
    record Terms(String resourceType, BigDecimal limit, QuotaPeriod period, QuotaMode mode) {}

    Terms terms() {
        return new Terms(resourceType, limit, period, mode);
    }

    QuotaPeriod.Bounds bounds(Instant now) {
        return period.around(now, zone);
    }
}
