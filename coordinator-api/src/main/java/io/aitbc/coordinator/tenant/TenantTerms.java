package io.aitbc.coordinator.tenant;

import java.time.ZoneId;
import java.util.Currency;

/**
 * What billing has to know of a tenant.
 *
 * @param currency of everything it is billed, fixed when the tenant was made
 * @param timezone in which its billing periods are meant
 * @param pricePlan by which it is billed: the one it names, else {@code default}
 */
public record TenantTerms(String tenantId, TenantStatus status, Currency currency, ZoneId timezone, String pricePlan) {

    /** The plan of tenants that name none. */
    public static final String DEFAULT_PLAN = "default";
}
