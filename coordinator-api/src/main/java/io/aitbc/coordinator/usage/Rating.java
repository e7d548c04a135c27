package io.aitbc.coordinator.usage;

import org.springframework.stereotype.Component;

/**
 * How SQL prices a row of the ledger: its own price, if those are trusted and it has one, else the first unit's price by its tenant's
 * plan as it was when it happened. Free units, tiers and commitments act on the sum of a period: only invoices know them.
 */
@Component
public final class Rating {

    /** What {@code usage_ledger l} is joined with. */
    static final String BOOK = """
             JOIN resource_types t ON t.resource_type = l.resource_type
             LEFT JOIN tenants n ON n.tenant_id = l.tenant_id
             LEFT JOIN price_periods v ON v.plan = coalesce(n.price_plan, 'default') AND v.currency = l.currency
                 AND l.occurred_at >= v.valid_from AND l.occurred_at < v.valid_until
             LEFT JOIN price_rates p ON (p.plan, p.currency, p.valid_from) = (v.plan, v.currency, v.valid_from)
                 AND p.resource_type = l.resource_type AND p.gpu_model IS NULL
             LEFT JOIN price_rates m ON (m.plan, m.currency, m.valid_from) = (v.plan, v.currency, v.valid_from)
                 AND m.resource_type = l.resource_type AND m.gpu_model = l.gpu_model
            """;

    private static final String WAIVED =
            "l.outcome = ANY (coalesce(v.waived_outcomes, ARRAY ['PROVIDER_FAULT', 'PREEMPTED']::varchar[]))";

    private final String ownPrice;

    Rating(UsageSettings settings) {
        this.ownPrice = settings.trustEventPrice() ? "l.unit_price" : "NULL::numeric";
    }

    /** The price that counts of those that events bring, over {@code usage_ledger l}. */
    String ownPrice() {
        return ownPrice;
    }

    /** The price as an SQL expression over {@code usage_ledger l} joined with {@link #BOOK}; null where there is none. */
    String price() {
        return "CASE WHEN " + WAIVED + " THEN 0 ELSE coalesce(" + ownPrice + ", m.list_price, p.list_price) END";
    }

    /**
     * How much of its resource's unit a row is, as an SQL expression over {@code usage_ledger l} joined with its type as
     * {@code resource_types t}: what the price is multiplied with.
     */
    public String units() {
        return "CASE WHEN " + isWeighed() + " THEN l.quantity * " + SECONDS
                + " / (3600 * t.hours_per_unit) ELSE l.quantity END";
    }

    /** Whether a row of {@code usage_ledger l} counts by how long it was held, with its type as {@code resource_types t}. */
    String isWeighed() {
        return "(t.hours_per_unit IS NOT NULL AND l.period_start IS NOT NULL AND l.period_end IS NOT NULL AND "
                + ownPrice + " IS NULL)";
    }

    /** How long a row's period is, exactly. */
    static final String SECONDS = "extract(epoch FROM l.period_end - l.period_start)";
}
