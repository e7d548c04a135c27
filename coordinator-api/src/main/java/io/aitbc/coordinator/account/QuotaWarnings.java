package io.aitbc.coordinator.account;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Of which quotas somebody has to be warned. */
@Repository
class QuotaWarnings {

    /**
     * A warning that nobody was told of yet.
     *
     * @param level percentage that is reached
     * @param billingEmail of the tenant
     */
    record Untold(
            UUID quotaId,
            Instant periodStart,
            int level,
            @Nullable Instant periodEnd,
            String tenantId,
            String resourceType,
            String unit,
            BigDecimal limit,
            QuotaPeriod period,
            BigDecimal used,
            BigDecimal reserved,
            Instant notedAt,
            @Nullable String billingEmail) {}

    private final JdbcClient jdbc;

    QuotaWarnings(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Notes the level that is reached, unless it or a higher one was noted in this period. */
    void note(QuotaUse use, Instant now) {
        use.warning().ifPresent(level -> note(use, level, now));
    }

    private void note(QuotaUse use, int level, Instant now) {
        Instant end = use.bounds().end();
        jdbc.sql("""
                INSERT INTO quota_warnings (quota_id, period_start, level, period_end, used, reserved, noted_at)
                SELECT q.quota_id, :start, :level, :end, :used, :reserved, :now FROM quotas q
                WHERE q.quota_id = :quota AND NOT EXISTS (
                    SELECT FROM quota_warnings w
                    WHERE w.quota_id = q.quota_id AND w.period_start = :start AND w.level >= :level)
                ON CONFLICT DO NOTHING
                """)
                .param("quota", use.quota().quotaId())
                .param("start", use.bounds().start().atOffset(ZoneOffset.UTC))
                .param("level", level)
                .param("end", end == null ? null : end.atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("used", use.used())
                .param("reserved", use.reserved())
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
    }

    List<Untold> untold(int limit) {
        return jdbc.sql("""
                SELECT w.quota_id, w.period_start, w.level, w.period_end, q.tenant_id, q.resource_type, r.unit, q.most,
                    q.period, w.used, w.reserved, w.noted_at, t.billing_email
                FROM quota_warnings w
                JOIN quotas q USING (quota_id)
                JOIN resource_types r USING (resource_type)
                JOIN tenants t USING (tenant_id)
                WHERE w.told_at IS NULL ORDER BY w.noted_at LIMIT :limit
                """).param("limit", limit).query(QuotaWarnings::untold).list();
    }

    void told(Untold warning, Instant now) {
        jdbc.sql("""
                UPDATE quota_warnings SET told_at = :now
                WHERE quota_id = :quota AND period_start = :start AND level = :level
                """)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("quota", warning.quotaId())
                .param("start", warning.periodStart().atOffset(ZoneOffset.UTC))
                .param("level", warning.level())
                .update();
    }

    private static Untold untold(ResultSet row, int n) throws SQLException {
        OffsetDateTime end = row.getObject("period_end", OffsetDateTime.class);
        return new Untold(
                row.getObject("quota_id", UUID.class),
                row.getObject("period_start", OffsetDateTime.class).toInstant(),
                row.getInt("level"),
                end == null ? null : end.toInstant(),
                row.getString("tenant_id"),
                row.getString("resource_type"),
                row.getString("unit"),
                row.getBigDecimal("most"),
                QuotaPeriod.valueOf(row.getString("period")),
                row.getBigDecimal("used"),
                row.getBigDecimal("reserved"),
                row.getObject("noted_at", OffsetDateTime.class).toInstant(),
                row.getString("billing_email"));
    }
}
