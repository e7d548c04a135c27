package io.aitbc.coordinator.tenant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The terms of tenants, for every event and every read: kept for two seconds, so that a change is felt at once in the
 * replica that made it and within two seconds in the others. An unknown tenant is never remembered as unknown.
 */
@Repository
public class TenantDirectory {

    private static final Duration KEPT = Duration.ofSeconds(2);

    private static final TypeReference<List<TaxRate>> RATES = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final Cache<String, TenantTerms> cache =
            Caffeine.newBuilder().maximumSize(100_000).expireAfterWrite(KEPT).build();

    TenantDirectory(JdbcClient jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** The terms of one tenant. */
    public Optional<TenantTerms> find(String tenantId) {
        return Optional.ofNullable(find(Set.of(tenantId)).get(tenantId));
    }

    /** The terms of those of the tenants that exist, by id. */
    public Map<String, TenantTerms> find(Collection<String> tenantIds) {
        Map<String, TenantTerms> found = new HashMap<>(cache.getAllPresent(tenantIds));
        Set<String> missing = new HashSet<>(tenantIds);
        missing.removeAll(found.keySet());
        // PostgreSQL text has no NUL, so no tenant's id has one either.
        missing.removeIf(id -> id.indexOf('\0') >= 0);
        if (!missing.isEmpty()) {
            for (TenantTerms terms : load(missing)) {
                cache.put(terms.tenantId(), terms);
                found.put(terms.tenantId(), terms);
            }
        }
        return found;
    }

    /**
     * Who pays for a tenant, as it is now, and by which plan; empty when there is no such tenant.
     *
     * @param before the plan is the last one that the tenant was put on before this time, else its first
     */
    public Optional<BillTo> billTo(String tenantId, Instant before) {
        if (tenantId.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        return jdbc.sql("""
                SELECT tenant_id, name, billing_email, currency, timezone, tax_rates,
                    (SELECT p.price_plan FROM tenant_plans p WHERE p.tenant_id = t.tenant_id
                     ORDER BY p.valid_from < :before DESC,
                         CASE WHEN p.valid_from < :before THEN p.valid_from END DESC, p.valid_from LIMIT 1) AS price_plan
                FROM tenants t WHERE tenant_id = :id
                """)
                .param("id", tenantId)
                .param("before", before.atOffset(ZoneOffset.UTC))
                .query((row, n) -> new BillTo(
                        row.getString("tenant_id"),
                        row.getString("name"),
                        row.getString("billing_email"),
                        Currency.getInstance(row.getString("currency")),
                        ZoneId.of(row.getString("timezone")),
                        row.getString("price_plan"),
                        rates(row.getString("tax_rates"))))
                .optional();
    }

    private List<TaxRate> rates(String written) {
        try {
            return json.readValue(written, RATES);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("tax rates were written as JSON", e);
        }
    }

    /** The tenants that are billed by a plan in a currency, in the order of their ids. */
    public List<String> onPlan(String plan, Currency currency) {
        if (plan.indexOf('\0') >= 0) {
            return List.of();
        }
        return jdbc.sql("""
                SELECT tenant_id FROM tenants
                WHERE coalesce(price_plan, 'default') = :plan AND currency = :currency ORDER BY tenant_id
                """)
                .param("plan", plan)
                .param("currency", currency.getCurrencyCode())
                .query(String.class)
                .list();
    }

    void forget(String tenantId) {
        cache.invalidate(tenantId);
    }

    private Collection<TenantTerms> load(Set<String> tenantIds) {
        return jdbc.sql("""
                SELECT tenant_id, status, currency, timezone, coalesce(price_plan, 'default') AS price_plan
                FROM tenants WHERE tenant_id = ANY (:ids)
                """)
                .param("ids", tenantIds.toArray(String[]::new))
                .query((row, n) -> new TenantTerms(
                        row.getString("tenant_id"),
                        TenantStatus.valueOf(row.getString("status")),
                        Currency.getInstance(row.getString("currency")),
                        ZoneId.of(row.getString("timezone")),
                        row.getString("price_plan")))
                .list();
    }
}
