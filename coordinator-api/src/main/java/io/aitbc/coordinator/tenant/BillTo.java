package io.aitbc.coordinator.tenant;

import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who pays, and on which terms.
 *
 * @param pricePlan by which the tenant is charged
 * @param timezone in which its billing periods are meant
 * @param taxRates what comes on top of the net total
 */
public record BillTo(
        String tenantId,
        String name,
        @Nullable String billingEmail,
        Currency currency,
        ZoneId timezone,
        String pricePlan,
        List<TaxRate> taxRates) {}
