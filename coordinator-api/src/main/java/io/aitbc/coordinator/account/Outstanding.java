package io.aitbc.coordinator.account;

import io.aitbc.coordinator.pricing.Money;
import java.time.Instant;
import java.util.Currency;
import java.util.List;

/** What invoicing knows of a tenant's debt. The feature that makes invoices implements it; without one nothing is invoiced. */
public interface Outstanding {

    /**
     * What the tenant owes on finalized invoices that are not paid, after prepaid credit and credit notes; and what has
     * arrived for a period that is invoiced already and stands on no invoice yet.
     *
     * @param currency the tenant's
     */
    Money unpaid(String tenantId, Currency currency);

    /** A time whose usage is on no finalized invoice, without its end. */
    record Uninvoiced(Instant from, Instant to) {}

    /**
     * The times that no finalized invoice of the tenant covers, in their order: before the first, after the last, and where a void
     * or an order of its own left a gap. The first begins at {@link Instant#EPOCH} or later.
     *
     * @param to where the last one ends
     */
    List<Uninvoiced> uninvoiced(String tenantId, Instant to);
}
