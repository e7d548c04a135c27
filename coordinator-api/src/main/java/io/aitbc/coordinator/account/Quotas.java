package io.aitbc.coordinator.account;

import io.aitbc.coordinator.usage.Rating;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** All quotas, and what is taken of them. */
@Repository
class Quotas {

    private static final String QUOTA = """
            SELECT q.quota_id, q.tenant_id, q.resource_type, r.unit, q.most, q.period, q.mode
            FROM quotas q JOIN resource_types r USING (resource_type)
            """;

    private final JdbcClient jdbc;
    private final String units;
    private final String remaining;

    Quotas(JdbcClient jdbc, Rating rating) {
        this.jdbc = jdbc;
        this.units = rating.units();
        this.remaining = Reservations.remaining(rating);
    }

    /** A resource's unit; empty when there is no such resource. */
    Optional<String> unit(String resourceType) {
        return jdbc.sql("SELECT unit FROM resource_types WHERE resource_type = :resource")
                .param("resource", resourceType)
                .query(String.class)
                .optional();
    }

    List<Quota> of(String tenantId, ZoneId zone) {
        return jdbc.sql(QUOTA + "WHERE q.tenant_id = :tenant ORDER BY q.resource_type")
                .param("tenant", tenantId)
                .query((row, n) -> quota(row, zone))
                .list();
    }

    Optional<Quota> find(String tenantId, String resourceType, ZoneId zone) {
        return jdbc.sql(QUOTA + "WHERE q.tenant_id = :tenant AND q.resource_type = :resource")
                .param("tenant", tenantId)
                .param("resource", resourceType)
                .query((row, n) -> quota(row, zone))
                .optional();
    }

    /** Soft quotas, whoever has them, in the order of their ids: the next ones. */
    List<Quota> soft(UUID after, int limit) {
        return jdbc.sql("""
                SELECT q.*, t.timezone FROM (
                """ + QUOTA + """
                WHERE q.mode = 'SOFT' AND q.quota_id > :after ORDER BY q.quota_id LIMIT :limit
                ) q JOIN tenants t USING (tenant_id) ORDER BY q.quota_id
                """)
                .param("after", after)
                .param("limit", limit)
                .query((row, n) -> quota(row, ZoneId.of(row.getString("timezone"))))
                .list();
    }

    /** Makes or replaces it, with its warnings. */
    void put(Quota quota, Instant now) {
        delete(quota.tenantId(), quota.resourceType());
        jdbc.sql("""
                INSERT INTO quotas (tenant_id, resource_type, quota_id, most, period, mode, created_at)
                VALUES (:tenant, :resource, :id, :most, :period, :mode, :now)
                """)
                .param("tenant", quota.tenantId())
                .param("resource", quota.resourceType())
                .param("id", quota.quotaId())
                .param("most", quota.limit())
                .param("period", quota.period().name())
                .param("mode", quota.mode().name())
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
    }

    void delete(String tenantId, String resourceType) {
        jdbc.sql("DELETE FROM quotas WHERE tenant_id = :tenant AND resource_type = :resource")
                .param("tenant", tenantId)
                .param("resource", resourceType)
                .update();
    }

    /** What is taken of each in the period that the time lies in: one statement's view of ledger and reservations. */
    List<QuotaUse> uses(Collection<Quota> quotas, Instant now) {
        List<Quota> asked = List.copyOf(quotas);
        List<QuotaPeriod.Bounds> bounds =
                asked.stream().map(quota -> quota.bounds(now)).toList();
        return jdbc.sql("""
                SELECT q.n, (
                        SELECT coalesce(sum(%s), 0)
                        FROM usage_ledger l JOIN resource_types t ON t.resource_type = l.resource_type
                        WHERE l.tenant_id = q.tenant_id AND l.resource_type = q.resource_type
                            AND l.occurred_at >= q.from_time AND l.occurred_at < q.to_time
                    ) AS used, (
                        SELECT coalesce(sum(r.remaining), 0) FROM (%s) r
                        WHERE r.tenant_id = q.tenant_id AND r.resource_type = q.resource_type
                            AND r.admitted_at >= q.from_time AND r.admitted_at < q.to_time
                    ) AS reserved
                FROM unnest(:tenants::text[], :resources::text[], :from::timestamptz[], :to::timestamptz[])
                    WITH ORDINALITY AS q (tenant_id, resource_type, from_time, to_time, n)
                ORDER BY q.n
                """.formatted(units, remaining))
                .param("tenants", asked.stream().map(Quota::tenantId).toArray(String[]::new))
                .param("resources", asked.stream().map(Quota::resourceType).toArray(String[]::new))
                .param("from", bounds.stream().map(b -> b.start().toString()).toArray(String[]::new))
                .param("to", bounds.stream().map(b -> text(b.end())).toArray(String[]::new))
                .query((row, n) -> new QuotaUse(
                        asked.get(n), bounds.get(n), row.getBigDecimal("used"), row.getBigDecimal("reserved")))
                .list();
    }

    private static String text(@Nullable Instant end) {
        return end == null ? "infinity" : end.toString();
    }

    private static Quota quota(ResultSet row, ZoneId zone) throws SQLException {
        return new Quota(
                row.getObject("quota_id", UUID.class),
                row.getString("tenant_id"),
                row.getString("resource_type"),
                row.getString("unit"),
                row.getBigDecimal("most"),
                QuotaPeriod.valueOf(row.getString("period")),
                QuotaMode.valueOf(row.getString("mode")),
                zone);
    }
}
