package io.aitbc.coordinator.tenant;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A tenant as it is shown. */
record TenantView(
        String tenantId,
        String name,
        TenantStatus status,
        String currency,
        String timezone,
        @Nullable String billingEmail,
        @Nullable String pricePlan,
        @Nullable BigDecimal creditLimit,
        List<TaxRate> taxRates,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant closedAt) {}
