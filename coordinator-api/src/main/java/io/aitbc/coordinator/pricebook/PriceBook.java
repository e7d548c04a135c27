package io.aitbc.coordinator.pricebook;

import io.aitbc.coordinator.pricing.PricePlan;
import io.aitbc.coordinator.tenant.TenantDirectory;
import io.aitbc.coordinator.tenant.TenantReads;
import io.aitbc.coordinator.tenant.TenantTerms;
import io.aitbc.service.web.Problem;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** By which prices tenants are billed. */
@Component
public class PriceBook {

    private final TenantDirectory tenants;
    private final StoredPrices prices;

    PriceBook(TenantDirectory tenants, StoredPrices prices) {
        this.tenants = tenants;
        this.prices = prices;
    }

    /**
     * The tenant's plan in its currency, with all its versions: the one it names, else {@code default}.
     *
     * @throws Problem 404 without such a tenant, 422 when there is no such plan in the tenant's currency
     */
    public PricePlan planOf(String tenantId) {
        TenantTerms terms = tenants.find(tenantId).orElseThrow(() -> TenantReads.unknown(tenantId));
        return plan(terms.pricePlan(), terms.currency());
    }

    /**
     * A plan with all its versions.
     *
     * @throws Problem 422 when there is no such plan in the currency
     */
    public PricePlan plan(String name, Currency currency) {
        PricePlan found = plans(Set.of(new StoredPrices.Key(name, currency))).get(new StoredPrices.Key(name, currency));
        if (found == null) {
            throw Problem.unprocessable(
                    "no-price-plan",
                    "There is no price plan " + name + " in " + currency.getCurrencyCode()
                            + "; add a version of it, or let the tenant name another.");
        }
        return found;
    }

    /** Whether there is such a plan in a currency. */
    boolean has(String name, Currency currency) {
        return !plans(Set.of(new StoredPrices.Key(name, currency))).isEmpty();
    }

    /** Nobody needs a default plan as long as all events bring their prices: without one, nothing has a price. */
    private Map<StoredPrices.Key, PricePlan> plans(Set<StoredPrices.Key> keys) {
        Map<StoredPrices.Key, PricePlan> found = prices.find(keys);
        keys.stream()
                .filter(key -> key.plan().equals(TenantTerms.DEFAULT_PLAN))
                .forEach(key -> found.putIfAbsent(key, new PricePlan(key.currency(), List.of())));
        return found;
    }

    /** The plans of many tenants, by tenant; those without one in their currency are left out. */
    public Map<String, PricePlan> plansOf(Collection<String> tenantIds) {
        Map<String, TenantTerms> terms = tenants.find(tenantIds);
        Map<StoredPrices.Key, PricePlan> found =
                plans(terms.values().stream().map(PriceBook::key).collect(Collectors.toSet()));
        Map<String, PricePlan> plans = new HashMap<>();
        terms.forEach((tenantId, term) -> {
            PricePlan plan = found.get(key(term));
            if (plan != null) {
                plans.put(tenantId, plan);
            }
        });
        return plans;
    }

    private static StoredPrices.Key key(TenantTerms terms) {
        return new StoredPrices.Key(terms.pricePlan(), terms.currency());
    }
}
