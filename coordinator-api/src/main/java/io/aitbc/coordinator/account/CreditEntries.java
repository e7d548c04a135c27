package io.aitbc.coordinator.account;

import io.aitbc.coordinator.pricing.Money;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Every move of prepaid credit. */
@Repository
class CreditEntries {

    private final JdbcClient jdbc;

    CreditEntries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void add(CreditEntry entry) {
        jdbc.sql("""
                INSERT INTO credit_entries (entry_id, tenant_id, kind, amount, currency, reference, returns, reason,
                    actor, idempotency_key, created_at)
                VALUES (:id, :tenant, :kind, :amount, :currency, :reference, :returns, :reason, :actor, :key, :at)
                """)
                .param("id", entry.entryId())
                .param("tenant", entry.tenantId())
                .param("kind", entry.kind().name())
                .param("amount", entry.money().amount())
                .param("currency", entry.money().currency().getCurrencyCode())
                .param("reference", entry.reference())
                .param("returns", entry.returns())
                .param("reason", entry.reason())
                .param("actor", entry.actor())
                .param("key", entry.idempotencyKey())
                .param("at", entry.createdAt().atOffset(ZoneOffset.UTC))
                .update();
    }

    /** The sum of the tenant's entries. */
    Money balance(String tenantId, Currency currency) {
        BigDecimal sum = jdbc.sql("SELECT coalesce(sum(amount), 0) FROM credit_entries WHERE tenant_id = :tenant")
                .param("tenant", tenantId)
                .query(BigDecimal.class)
                .single();
        return new Money(sum, currency);
    }

    Optional<CreditEntry> byKey(String tenantId, String idempotencyKey) {
        return jdbc.sql("SELECT * FROM credit_entries WHERE tenant_id = :tenant AND idempotency_key = :key")
                .param("tenant", tenantId)
                .param("key", idempotencyKey)
                .query(CreditEntries::entry)
                .optional();
    }

    Optional<CreditEntry> byReference(String tenantId, CreditKind kind, String reference) {
        return jdbc.sql("""
                SELECT * FROM credit_entries WHERE tenant_id = :tenant AND kind = :kind AND reference = :reference
                """)
                .param("tenant", tenantId)
                .param("kind", kind.name())
                .param("reference", reference)
                .query(CreditEntries::entry)
                .optional();
    }

    /** What was applied under a reference and has not come back. */
    Money applied(String tenantId, String reference, Currency currency) {
        BigDecimal sum = jdbc.sql("""
                SELECT coalesce(-sum(amount), 0) FROM credit_entries
                WHERE tenant_id = :tenant
                    AND (kind = 'APPLIED' AND reference = :reference OR kind = 'RETURNED' AND returns = :reference)
                """)
                .param("tenant", tenantId)
                .param("reference", reference)
                .query(BigDecimal.class)
                .single();
        return new Money(sum, currency);
    }

    /** The newest first. */
    List<CreditEntry> page(String tenantId, @Nullable UUID before, int limit) {
        return jdbc.sql("""
                SELECT * FROM credit_entries
                WHERE tenant_id = :tenant AND (:before::uuid IS NULL OR entry_id < :before::uuid)
                ORDER BY entry_id DESC LIMIT :limit
                """)
                .param("tenant", tenantId)
                .param("before", before)
                .param("limit", limit)
                .query(CreditEntries::entry)
                .list();
    }

    private static CreditEntry entry(ResultSet row, int n) throws SQLException {
        return new CreditEntry(
                row.getObject("entry_id", UUID.class),
                row.getString("tenant_id"),
                CreditKind.valueOf(row.getString("kind")),
                new Money(row.getBigDecimal("amount"), Currency.getInstance(row.getString("currency"))),
                row.getString("reference"),
                row.getString("returns"),
                row.getString("reason"),
                row.getString("actor"),
                row.getString("idempotency_key"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
