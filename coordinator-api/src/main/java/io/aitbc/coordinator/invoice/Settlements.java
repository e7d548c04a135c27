package io.aitbc.coordinator.invoice;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Which periods were invoiced, how much of the ledger that has seen, and what was said about them since. */
@Repository
class Settlements {

    /**
     * A period that holds.
     *
     * @param settledThrough rows of the ledger up to this seq are in what was invoiced for it
     */
    record Settled(UUID invoiceId, BillingPeriod period, String pricePlan, long settledThrough) {}

    /** What was charged for something, by all documents together. */
    record Charged(BigDecimal quantity, BigDecimal amount) {}

    private static final String SETTLED = """
            SELECT * FROM (
                SELECT i.invoice_id, i.tenant_id, i.period_start, i.period_end, i.price_plan,
                    greatest(i.ledger_position, coalesce((
                        SELECT max(s.through_seq) FROM invoice_settlements s JOIN invoices b ON b.invoice_id = s.settled_by
                        WHERE s.settled = i.invoice_id AND b.status IN ('FINALIZED', 'PAID')), 0)) AS settled_through
                FROM invoices i
                WHERE i.tenant_id = :tenant AND i.kind = 'INVOICE' AND i.status IN ('FINALIZED', 'PAID')) AS i
            """;

    /** The lines about the period of an invoice, on all documents that hold. */
    private static final String ABOUT = """
            FROM invoice_lines l JOIN invoices i USING (invoice_id)
            WHERE (l.invoice_id = :id AND l.prior_invoice IS NULL OR l.prior_invoice = :id)
              AND i.status IN ('FINALIZED', 'PAID')
            """;

    private final JdbcClient jdbc;

    Settlements(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The invoiced periods of a tenant, the earliest first, that the ledger has further rows of. */
    List<Settled> withLateUsage(String tenantId) {
        return jdbc.sql(SETTLED + """
                WHERE EXISTS (SELECT 1 FROM usage_ledger l
                              WHERE l.tenant_id = i.tenant_id AND l.occurred_at >= i.period_start
                                AND l.occurred_at < i.period_end AND l.seq > i.settled_through)
                ORDER BY i.period_start
                """)
                .param("tenant", tenantId)
                .query(Settlements::settled)
                .list();
    }

    /** The invoiced periods of a tenant that end after a time, the earliest first. */
    List<Settled> since(String tenantId, Instant time) {
        return jdbc.sql(SETTLED + " WHERE i.period_end > :time ORDER BY i.period_start")
                .param("tenant", tenantId)
                .param("time", Timestamp.from(time))
                .query(Settlements::settled)
                .list();
    }

    /** All that was charged for the usage of an invoice's period so far. */
    Map<RatedPeriod.Key, Charged> charged(UUID invoiceId) {
        Map<RatedPeriod.Key, Charged> charged = new HashMap<>();
        jdbc.sql("""
                SELECT l.kind, l.resource_type, l.gpu_model, l.outcome, l.price_from,
                    CASE WHEN l.kind <> 'COMMITMENT' THEN l.unit_price END AS price,
                    sum(l.quantity) AS quantity, sum(l.amount) AS amount
                """ + ABOUT + " AND l.kind NOT IN ('SLA_CREDIT', 'GOODWILL') GROUP BY 1, 2, 3, 4, 5, 6")
                .param("id", invoiceId)
                .query((ResultSet row) -> {
                    charged.put(
                            new RatedPeriod.Key(
                                    LineKind.valueOf(row.getString("kind")),
                                    row.getString("resource_type"),
                                    row.getString("gpu_model"),
                                    row.getString("outcome"),
                                    instant(row, "price_from"),
                                    row.getBigDecimal("price")),
                            new Charged(row.getBigDecimal("quantity"), row.getBigDecimal("amount")));
                });
        return charged;
    }

    /** What stands of a period, before taxes: all that any document charged and credited for it. */
    BigDecimal net(UUID invoiceId) {
        return jdbc.sql("SELECT coalesce(sum(l.amount), 0) " + ABOUT)
                .param("id", invoiceId)
                .query(BigDecimal.class)
                .single();
    }

    /** What an invoice and the credit notes over it were taxed for together: their net totals. */
    BigDecimal taxed(UUID invoiceId) {
        return jdbc.sql("""
                SELECT coalesce(sum(l.amount), 0) FROM invoice_lines l JOIN invoices i USING (invoice_id)
                WHERE (i.invoice_id = :id OR i.corrects = :id) AND i.status IN ('FINALIZED', 'PAID')
                """).param("id", invoiceId).query(BigDecimal.class).single();
    }

    /** What was granted for a period so far, beside its usage: SLA credits and goodwill; 0 or more. */
    BigDecimal granted(UUID invoiceId) {
        return jdbc.sql("SELECT coalesce(-sum(l.amount), 0) " + ABOUT + " AND l.kind IN ('SLA_CREDIT', 'GOODWILL')")
                .param("id", invoiceId)
                .query(BigDecimal.class)
                .single();
    }

    /** What was granted for an episode so far, above 0. */
    record EpisodeCredit(InvoiceLine.Evidence episode, BigDecimal amount) {}

    /** The SLA credits in the period of an invoice that were not taken back, by episode. */
    List<EpisodeCredit> episodeCredits(UUID invoiceId) {
        return jdbc.sql("SELECT l.episode_source, l.episode_id, l.miner_id, -sum(l.amount) AS granted " + ABOUT
                        + " AND l.kind = 'SLA_CREDIT' GROUP BY 1, 2, 3 HAVING sum(l.amount) < 0 ORDER BY 1, 2, 3")
                .param("id", invoiceId)
                .query((row, n) -> new EpisodeCredit(
                        new InvoiceLine.Evidence(
                                row.getString("episode_source"),
                                row.getObject("episode_id", UUID.class),
                                row.getString("miner_id")),
                        row.getBigDecimal("granted")))
                .list();
    }

    /** The episodes for which a tenant was credited in the period of an invoice, unless all of it was taken back. */
    Set<UUID> creditedEpisodes(UUID invoiceId) {
        return episodeCredits(invoiceId).stream()
                .map(credit -> credit.episode().episodeId())
                .collect(Collectors.toSet());
    }

    /** The documents that say something about the period of another invoice, and hold. */
    List<String> dependents(UUID invoiceId) {
        return jdbc.sql("""
                SELECT DISTINCT i.number FROM invoices i
                WHERE i.status IN ('FINALIZED', 'PAID') AND i.invoice_id <> :id
                  AND (i.corrects = :id OR EXISTS (SELECT 1 FROM invoice_settlements s
                                                   WHERE s.settled = :id AND s.settled_by = i.invoice_id)
                       OR EXISTS (SELECT 1 FROM invoice_lines l
                                  WHERE l.invoice_id = i.invoice_id AND l.prior_invoice = :id)
                       -- What this one settled others went on from.
                       OR EXISTS (SELECT 1 FROM invoice_settlements own JOIN invoice_settlements later USING (settled)
                                  WHERE own.settled_by = :id AND later.settled_by = i.invoice_id
                                    AND later.through_seq > own.through_seq)
                       -- What was computed later from what this one, too, said about an earlier period; a grant is not.
                       OR i.finalized_at > (SELECT finalized_at FROM invoices WHERE invoice_id = :id)
                          AND EXISTS (SELECT 1 FROM invoice_lines own JOIN invoice_lines later USING (prior_invoice)
                                      WHERE own.invoice_id = :id AND later.invoice_id = i.invoice_id
                                        AND NOT (later.kind = 'GOODWILL' AND later.amount < 0)))
                ORDER BY i.number
                """).param("id", invoiceId).query(String.class).list();
    }

    /** What is left to pay on all documents of a tenant; credit notes lower it. */
    BigDecimal unpaid(String tenantId) {
        return jdbc.sql(
                        "SELECT coalesce(sum(amount_due), 0) FROM invoices WHERE tenant_id = :tenant AND status = 'FINALIZED'")
                .param("tenant", tenantId)
                .query(BigDecimal.class)
                .single();
    }

    /** The times from 1970 on until a time that no invoice of a tenant covers that holds, in their order. */
    List<BillingPeriod> uninvoiced(String tenantId, Instant to) {
        return jdbc.sql("""
                SELECT lower(gap), upper(gap) FROM unnest((
                    SELECT tstzmultirange(tstzrange('epoch', :to))
                        - coalesce(range_agg(tstzrange(period_start, period_end)), '{}')
                    FROM invoices
                    WHERE tenant_id = :tenant AND kind = 'INVOICE' AND status IN ('FINALIZED', 'PAID'))) AS gap
                ORDER BY gap
                """)
                .param("tenant", tenantId)
                .param("to", Timestamp.from(to))
                .query((row, n) -> new BillingPeriod(
                        row.getTimestamp(1).toInstant(), row.getTimestamp(2).toInstant()))
                .list();
    }

    void settle(UUID settled, long throughSeq, UUID by) {
        jdbc.sql("INSERT INTO invoice_settlements (settled, through_seq, settled_by) VALUES (:settled, :through, :by)")
                .param("settled", settled)
                .param("through", throughSeq)
                .param("by", by)
                .update();
    }

    private static Settled settled(ResultSet row, int n) throws SQLException {
        return new Settled(
                row.getObject("invoice_id", UUID.class),
                new BillingPeriod(
                        row.getTimestamp("period_start").toInstant(),
                        row.getTimestamp("period_end").toInstant()),
                row.getString("price_plan"),
                row.getLong("settled_through"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp time = row.getTimestamp(column);
        return time == null ? null : time.toInstant();
    }
}
