package io.aitbc.coordinator.account;

import io.aitbc.coordinator.pricing.Money;
import io.aitbc.coordinator.usage.Rating;
import io.aitbc.service.security.Caller;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What admitted jobs may still use, beyond what the ledger has of them. */
@Repository
class Reservations {

    private final JdbcClient jdbc;
    private final String remaining;

    Reservations(JdbcClient jdbc, Rating rating) {
        this.jdbc = jdbc;
        this.remaining = remaining(rating);
    }

    /**
     * What each job may still use of each resource, as SQL. A job's usage happens after its admission: the day before it is for
     * clocks that differ, and keeps the ledger's older months out of the search.
     */
    static String remaining(Rating rating) {
        return """
                SELECT v.tenant_id, v.job_id, v.admitted_at, v.cost_at_most, a.resource_type, a.most,
                    greatest(0, a.counts - coalesce(u.used, 0)) AS remaining
                FROM reservations v JOIN reservation_amounts a USING (tenant_id, job_id)
                CROSS JOIN LATERAL (
                    SELECT sum(%s) AS used
                    FROM usage_ledger l JOIN resource_types t ON t.resource_type = l.resource_type
                    WHERE l.job_id = v.job_id AND l.tenant_id = v.tenant_id AND l.resource_type = a.resource_type
                        AND l.occurred_at >= v.admitted_at - interval '1 day') u
                """.formatted(rating.units());
    }

    void add(
            Caller caller, String tenantId, String jobId, Map<String, BigDecimal> most, Money costAtMost, Instant now) {
        jdbc.sql("""
                INSERT INTO reservations (tenant_id, job_id, actor, admitted_at, currency, cost_at_most)
                VALUES (:tenant, :job, :actor, :now, :currency, :cost)
                """)
                .param("tenant", tenantId)
                .param("job", jobId)
                .param("actor", caller.name())
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("currency", costAtMost.currency().getCurrencyCode())
                .param("cost", costAtMost.amount())
                .update();
        jdbc.sql("""
                INSERT INTO reservation_amounts (tenant_id, job_id, resource_type, most, counts)
                SELECT :tenant, :job, resource_type, most, most
                FROM unnest(:resources::text[], :amounts::numeric[]) AS each (resource_type, most)
                """)
                .param("tenant", tenantId)
                .param("job", jobId)
                .param("resources", resources(most))
                .param("amounts", amounts(most))
                .update();
    }

    void remove(String tenantId, String jobId) {
        jdbc.sql("DELETE FROM reservations WHERE tenant_id = :tenant AND job_id = :job")
                .param("tenant", tenantId)
                .param("job", jobId)
                .update();
    }

    /** From now on the job counts as what it used. Does nothing when there is no such reservation any more. */
    void spent(String tenantId, String jobId, Map<String, BigDecimal> used, Instant now) {
        int open = jdbc.sql("""
                UPDATE reservations SET spent_at = coalesce(spent_at, :now)
                WHERE tenant_id = :tenant AND job_id = :job
                """)
                .param("tenant", tenantId)
                .param("job", jobId)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
        if (open == 0) {
            return;
        }
        jdbc.sql("""
                INSERT INTO reservation_amounts (tenant_id, job_id, resource_type, most, counts)
                SELECT :tenant, :job, resource_type, 0, greatest(0, used)
                FROM unnest(:resources::text[], :amounts::numeric[]) AS each (resource_type, used)
                UNION ALL
                SELECT :tenant, :job, resource_type, most, 0 FROM reservation_amounts
                WHERE tenant_id = :tenant AND job_id = :job AND resource_type <> ALL (:resources::text[])
                ON CONFLICT (tenant_id, job_id, resource_type) DO UPDATE SET counts = excluded.counts
                """)
                .param("tenant", tenantId)
                .param("job", jobId)
                .param("resources", resources(used))
                .param("amounts", amounts(used))
                .update();
    }

    /**
     * What the tenant's admitted jobs may still cost, exactly. Of a job it is the greatest part of any resource that is still
     * to come, so it is never less than what the rest will cost at the prices of its admission.
     */
    BigDecimal cost(String tenantId) {
        return jdbc.sql("""
                SELECT coalesce(sum(cost), 0) FROM (
                    SELECT max(r.cost_at_most) * coalesce(
                        max(CASE WHEN r.remaining = 0 THEN 0 WHEN r.most = 0 THEN 1 ELSE r.remaining / r.most END),
                        0) AS cost
                    FROM (
                """ + remaining + """
                    ) r WHERE r.tenant_id = :tenant GROUP BY r.job_id) AS of_job
                """)
                .param("tenant", tenantId)
                .query(BigDecimal.class)
                .single();
    }

    /** Closes what the ledger has taken over, and what nobody can wait for any longer; gives how many. */
    int close(Instant now, Duration patience) {
        return jdbc.sql("""
                DELETE FROM reservations c USING reservations v
                WHERE v.tenant_id = c.tenant_id AND v.job_id = c.job_id AND v.spent_at IS NOT NULL
                    AND (v.spent_at <= :long_ago OR NOT EXISTS (
                        SELECT FROM (
                """ + remaining + """
                        ) r WHERE r.tenant_id = c.tenant_id AND r.job_id = c.job_id AND r.remaining > 0))
                """)
                .param("long_ago", now.minus(patience).atOffset(ZoneOffset.UTC))
                .update();
    }

    private static String[] resources(Map<String, BigDecimal> amounts) {
        return amounts.keySet().toArray(String[]::new);
    }

    private static String[] amounts(Map<String, BigDecimal> amounts) {
        return amounts.values().stream().map(BigDecimal::toPlainString).toArray(String[]::new);
    }
}
