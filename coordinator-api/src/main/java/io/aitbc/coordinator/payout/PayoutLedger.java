package io.aitbc.coordinator.payout;

import io.aitbc.coordinator.pricing.Decimals;
import io.aitbc.coordinator.pricing.Money;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** What miners earned, written with the invoices that say so and never changed; what is void counts nowhere. */
@Repository
public class PayoutLedger {

    private final JdbcTemplate jdbc;

    PayoutLedger(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** What miners get, as it is now. */
    @Transactional(readOnly = true)
    public PayoutTerms terms() {
        return new PayoutTerms(allTerms());
    }

    /** Writes the supplier's side of a document, in the transaction that finalizes it. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void record(String tenantId, UUID invoiceId, List<PayoutEntry> entries) {
        // One statement: a tenant of many miners has hundreds of entries.
        jdbc.update(
                """
                INSERT INTO payout_entries (invoice_id, entry, about, tenant_id, miner_id, kind, resource_type, quantity,
                    currency, charge, payout)
                SELECT ?, entry, about, ?, miner_id, kind, resource_type, quantity, currency, charge, payout
                FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::numeric[], ?::text[], ?::numeric[], ?::numeric[])
                    WITH ORDINALITY AS e (about, miner_id, kind, resource_type, quantity, currency, charge, payout, entry)
                """,
                invoiceId,
                tenantId,
                column(entries, PayoutEntry::about),
                column(entries, PayoutEntry::minerId),
                column(entries, PayoutEntry::kind),
                column(entries, PayoutEntry::resourceType),
                column(entries, entry -> entry.quantity().toPlainString()),
                column(entries, entry -> entry.charge().currency().getCurrencyCode()),
                column(entries, entry -> entry.charge().amount().toPlainString()),
                column(entries, entry -> entry.payout().amount().toPlainString()));
    }

    private static Object column(List<PayoutEntry> entries, Function<PayoutEntry, @Nullable Object> value) {
        return entries.stream()
                .map(value)
                .map(one -> one == null ? null : one.toString())
                .toArray(String[]::new);
    }

    /** All that was ever said about the period of an invoice, by documents that hold. */
    @Transactional(readOnly = true)
    public List<PayoutEntry> about(UUID invoiceId) {
        return jdbc.query("""
                SELECT p.* FROM payout_entries p JOIN invoices i USING (invoice_id)
                WHERE p.about = ? AND i.status IN ('FINALIZED', 'PAID') ORDER BY p.invoice_id, p.entry
                """, (row, n) -> entry(row), invoiceId);
    }

    List<PayoutTerms.Term> allTerms() {
        return jdbc.query(
                "SELECT miner_id, valid_from, share_pct FROM payout_terms ORDER BY miner_id, valid_from",
                (row, n) -> new PayoutTerms.Term(
                        row.getString(1), row.getTimestamp(2).toInstant(), row.getBigDecimal(3)));
    }

    /** False when there are terms of that miner from that time on already. */
    boolean add(PayoutTerms.Term term) {
        return jdbc.update(
                        "INSERT INTO payout_terms (miner_id, valid_from, share_pct) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                        term.minerId(),
                        Timestamp.from(term.validFrom()),
                        term.sharePct())
                == 1;
    }

    /** What a miner earned in periods that began in a month by the tenants' clocks, one row per document and resource. */
    List<PayoutStatement.Item> items(String minerId, String month) {
        return jdbc.query(
                """
                SELECT i.number, i.tenant_id, p.kind, p.resource_type, p.quantity, p.currency, p.charge, p.payout,
                       a.period_start, a.period_end
                FROM payout_entries p
                JOIN invoices i ON i.invoice_id = p.invoice_id
                JOIN invoices a ON a.invoice_id = p.about
                WHERE p.miner_id = ? AND i.status IN ('FINALIZED', 'PAID')
                  AND to_char(a.period_start AT TIME ZONE a.timezone, 'YYYY-MM') = ?
                ORDER BY i.number, p.entry
                """,
                (row, n) -> new PayoutStatement.Item(
                        row.getString("number"),
                        row.getString("tenant_id"),
                        PayoutEntry.Kind.valueOf(row.getString("kind")),
                        row.getString("resource_type"),
                        Decimals.tidy(row.getBigDecimal("quantity")),
                        row.getString("currency"),
                        money(row, "charge").amount(),
                        money(row, "payout").amount(),
                        instant(row, "period_start"),
                        instant(row, "period_end")),
                minerId,
                month);
    }

    private static PayoutEntry entry(ResultSet row) throws SQLException {
        return new PayoutEntry(
                row.getObject("about", UUID.class),
                row.getString("miner_id"),
                PayoutEntry.Kind.valueOf(row.getString("kind")),
                row.getString("resource_type"),
                row.getBigDecimal("quantity"),
                money(row, "charge"),
                money(row, "payout"));
    }

    private static Money money(ResultSet row, String column) throws SQLException {
        return new Money(row.getBigDecimal(column), Currency.getInstance(row.getString("currency")));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getTimestamp(column).toInstant();
    }
}
