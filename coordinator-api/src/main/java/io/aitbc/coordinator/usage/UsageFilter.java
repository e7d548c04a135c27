package io.aitbc.coordinator.usage;

import io.aitbc.coordinator.tenant.TenantScope;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of the ledger are meant; null means whichever.
 *
 * @param from first instant
 * @param to first instant no longer meant
 */
record UsageFilter(
        @Nullable String resourceType,
        @Nullable String jobId,
        @Nullable String minerId,
        @Nullable String source,
        @Nullable Instant from,
        @Nullable Instant to) {

    static UsageFilter between(@Nullable Instant from, @Nullable Instant to, @Nullable String source) {
        return new UsageFilter(null, null, null, source, from, to);
    }

    /** The condition on {@code usage_ledger l}; only what is asked for is in it, so that indexes are used. */
    record Where(String sql, Map<String, Object> params) {}

    Where where(TenantScope scope) {
        StringBuilder sql = new StringBuilder("TRUE");
        Map<String, Object> params = new HashMap<>();
        add(sql, params, " AND l.tenant_id = :tenant", "tenant", scope.tenantId());
        add(sql, params, " AND l.resource_type = :resource", "resource", resourceType);
        add(sql, params, " AND l.job_id = :job", "job", jobId);
        add(sql, params, " AND l.miner_id = :miner", "miner", minerId);
        add(sql, params, " AND l.source = :source", "source", source);
        add(sql, params, " AND l.occurred_at >= :from", "from", from == null ? null : from.atOffset(ZoneOffset.UTC));
        add(sql, params, " AND l.occurred_at < :to", "to", to == null ? null : to.atOffset(ZoneOffset.UTC));
        return new Where(sql.toString(), params);
    }

    private static void add(
            StringBuilder sql, Map<String, Object> params, String condition, String name, @Nullable Object value) {
        if (value != null) {
            sql.append(condition);
            params.put(name, value);
        }
    }
}
