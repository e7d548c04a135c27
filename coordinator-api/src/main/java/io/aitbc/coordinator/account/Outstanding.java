package io.aitbc.coordinator.account;

import io.aitbc.coordinator.pricing.Money;
import java.time.Instant;
import java.util.Currency;

/** What invoicing knows of a tenant's debt. The feature that makes invoices implements it; without one nothing is invoiced. */
public interface Outstanding {

    /**
     * What the tenant owes on finalized invoices that are not paid, after prepaid credit and credit notes; and what has
     * arrived for a period that is invoiced already and stands on no invoice yet.
     *
     * @param currency the tenant's
     */
    Money unpaid(String tenantId, Currency currency);

    /** Until when the tenant's usage is on finalized invoices, exclusive; {@link Instant#EPOCH} when none is. */
    Instant invoicedThrough(String tenantId);
}
