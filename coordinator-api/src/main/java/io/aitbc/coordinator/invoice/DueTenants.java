package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.invoice.BillingRun.Due;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Which tenants have something to be invoiced. A tenant is due for a month if a part of it is on no invoice and it used something
 * in that part, or its plan has a commitment, or usage of earlier, invoiced months came late, or an SLA episode within them was
 * reported since the last invoice. Whoever has none of that costs a few probes of an index, however often it is looked at; so does
 * whoever has something that was looked at already and came to nothing.
 */
@Repository
class DueTenants {

    /**
     * A month by the clocks of a zone.
     *
     * @param isNewest whether what came late for earlier months is alone a reason for an invoice of it
     */
    record Window(YearMonth month, ZoneId zone, BillingPeriod period, boolean isNewest) {

        /** The month of a zone, for somebody who waits until some time after its end. */
        static Window of(YearMonth month, ZoneId zone, Instant waited) {
            return new Window(
                    month,
                    zone,
                    BillingPeriod.month(month, zone),
                    BillingPeriod.monthOf(waited, zone).minusMonths(1).equals(month));
        }

        boolean isOver(Instant time) {
            return !period.end().isAfter(time);
        }
    }

    private static final String DUE = """
            FROM unnest(:months::text[], :zones::text[], :starts::timestamptz[], :ends::timestamptz[], :newest::boolean[])
                AS w (month, zone, period_start, period_end, is_newest)
            JOIN tenants t ON t.timezone = w.zone
            CROSS JOIN LATERAL (
                SELECT p.price_plan FROM tenant_plans p WHERE p.tenant_id = t.tenant_id
                ORDER BY p.valid_from < w.period_end DESC,
                    CASE WHEN p.valid_from < w.period_end THEN p.valid_from END DESC, p.valid_from LIMIT 1) AS p
            CROSS JOIN LATERAL (
                SELECT coalesce(range_agg(tstzrange(i.period_start, i.period_end)), '{}') AS covered FROM invoices i
                WHERE i.tenant_id = t.tenant_id AND i.kind = 'INVOICE' AND i.status = ANY (:covering)
                  AND i.period_start < w.period_end AND i.period_end > w.period_start) AS c
            LEFT JOIN invoice_looks k ON k.tenant_id = t.tenant_id
            WHERE NOT c.covered @> tstzrange(w.period_start, w.period_end)
              AND (EXISTS (SELECT FROM usage_ledger l
                           WHERE l.tenant_id = t.tenant_id AND l.occurred_at >= w.period_start
                             AND l.occurred_at < w.period_end AND NOT c.covered @> l.occurred_at)
                   OR t.created_at < w.period_end AND (t.closed_at IS NULL OR t.closed_at > w.period_start)
                      AND (SELECT v.minimum_commitment FROM price_versions v
                           WHERE v.plan = p.price_plan AND v.currency = t.currency AND v.valid_from <= w.period_start
                           ORDER BY v.valid_from DESC LIMIT 1) > 0
                   OR w.is_newest
                      AND EXISTS (SELECT FROM invoices i JOIN usage_ledger l ON l.tenant_id = i.tenant_id
                                      AND l.occurred_at >= i.period_start AND l.occurred_at < i.period_end
                                  WHERE i.tenant_id = t.tenant_id AND i.kind = 'INVOICE'
                                    AND i.status IN ('FINALIZED', 'PAID')
                                    AND l.seq > greatest(i.ledger_position, k.ledger_position, coalesce((
                                        SELECT max(s.through_seq)
                                        FROM invoice_settlements s JOIN invoices b ON b.invoice_id = s.settled_by
                                        WHERE s.settled = i.invoice_id AND b.status IN ('FINALIZED', 'PAID')), 0)))
                   OR w.is_newest
                      AND EXISTS (SELECT FROM sla_episodes e
                                  JOIN payout_entries p ON p.miner_id = e.miner_id AND p.tenant_id = t.tenant_id
                                      AND p.kind = 'WORK'
                                  JOIN invoices i ON i.invoice_id = p.about AND i.status IN ('FINALIZED', 'PAID')
                                      AND i.period_start < e.ended_at AND i.period_end > e.started_at
                                  JOIN price_versions v ON v.plan = i.price_plan AND v.currency = i.currency
                                  CROSS JOIN jsonb_to_recordset(v.sla_credits) AS c (metric text, below numeric)
                                  WHERE e.status = 'RESOLVED' AND e.metric = c.metric AND e.worst < c.below
                                    -- Received before, it may have been committed while that invoice was computed.
                                    AND e.received_at > interval '-1 hour' + greatest(k.looked_at, (
                                        SELECT max(f.rebuilt_at) FROM invoices f
                                        WHERE f.tenant_id = t.tenant_id AND f.kind = 'INVOICE'
                                          AND f.status IN ('FINALIZED', 'PAID')))
                                    AND NOT EXISTS (
                                        SELECT FROM invoice_lines l JOIN invoices b USING (invoice_id)
                                        WHERE l.tenant_id = t.tenant_id AND l.episode_id = e.episode_id
                                          AND b.status IN ('FINALIZED', 'PAID')
                                        GROUP BY l.episode_id HAVING sum(l.amount) < 0)))
            """;

    private final JdbcClient jdbc;

    DueTenants(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The zones that tenants live in. */
    List<ZoneId> zones() {
        return jdbc.sql("SELECT DISTINCT timezone FROM tenants ORDER BY timezone").query(String.class).list().stream()
                .map(ZoneId::of)
                .toList();
    }

    /** The months of which anybody is due, the earliest first. */
    List<YearMonth> months(Collection<Window> windows, boolean finalizes) {
        return due("SELECT DISTINCT w.month " + DUE + " ORDER BY 1", windows, finalizes)
                .query(String.class)
                .list()
                .stream()
                .map(YearMonth::parse)
                .toList();
    }

    /** Those who are due, in the order of their ids. */
    List<Due> find(Collection<Window> windows, boolean finalizes) {
        return due(
                        "SELECT t.tenant_id, t.currency, p.price_plan, w.period_start," + " w.period_end " + DUE
                                + " ORDER BY t.tenant_id",
                        windows,
                        finalizes)
                .query((row, n) -> new Due(
                        row.getString("tenant_id"),
                        new BillingPeriod(
                                row.getObject("period_start", OffsetDateTime.class)
                                        .toInstant(),
                                row.getObject("period_end", OffsetDateTime.class)
                                        .toInstant()),
                        row.getString("price_plan"),
                        row.getString("currency")))
                .list();
    }

    /** Remembers that all up to a place in the ledger, and to a time, was looked at, and nothing was to be invoiced. */
    void looked(String tenantId, long position, Instant at) {
        jdbc.sql("""
                INSERT INTO invoice_looks AS known (tenant_id, ledger_position, looked_at) VALUES (:tenant, :position, :at)
                ON CONFLICT (tenant_id) DO UPDATE
                SET ledger_position = greatest(known.ledger_position, excluded.ledger_position),
                    looked_at = greatest(known.looked_at, excluded.looked_at)
                """)
                .param("tenant", tenantId)
                .param("position", position)
                .param("at", at.atOffset(ZoneOffset.UTC))
                .update();
    }

    /** For whoever finalizes a draft covers nothing; for whoever drafts it does. */
    private JdbcClient.StatementSpec due(String sql, Collection<Window> windows, boolean finalizes) {
        return jdbc.sql(sql)
                .param("months", texts(windows, window -> window.month()))
                .param("zones", texts(windows, window -> window.zone().getId()))
                .param("starts", times(windows, window -> window.period().start()))
                .param("ends", times(windows, window -> window.period().end()))
                .param("newest", windows.stream().map(Window::isNewest).toArray(Boolean[]::new))
                .param(
                        "covering",
                        finalizes ? new String[] {"FINALIZED", "PAID"} : new String[] {"DRAFT", "FINALIZED", "PAID"});
    }

    private static String[] texts(Collection<Window> windows, java.util.function.Function<Window, Object> column) {
        return windows.stream().map(column).map(Object::toString).toArray(String[]::new);
    }

    private static String[] times(Collection<Window> windows, java.util.function.Function<Window, Instant> column) {
        return windows.stream()
                .map(column)
                .map(at -> at.atOffset(ZoneOffset.UTC).toString())
                .toArray(String[]::new);
    }
}
