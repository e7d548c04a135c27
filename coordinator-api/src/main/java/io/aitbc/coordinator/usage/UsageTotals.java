package io.aitbc.coordinator.usage;

import io.aitbc.coordinator.pricing.Outcome;
import io.aitbc.coordinator.pricing.Used;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Sums over the ledger. Each answer is one statement's view of it, and holds every event accepted before. */
@Repository
public class UsageTotals {

    private static final int WEIGHED_SCALE = 20;

    private static final String PART_OF_WINDOW = """
            l.quantity * CASE WHEN l.period_end > l.period_start
                THEN extract(epoch FROM least(l.period_end, :windowEnd) - greatest(l.period_start, :windowStart))
                    / extract(epoch FROM l.period_end - l.period_start)
                ELSE 1 END""";
    private static final String WITHIN_WINDOW = """
             AND l.miner_id = :miner
             AND CASE WHEN l.period_end > l.period_start
                 THEN l.period_start < :windowEnd AND l.period_end > :windowStart
                 ELSE l.occurred_at >= :windowStart AND l.occurred_at < :windowEnd END""";

    private final JdbcClient jdbc;
    private final Rating rating;

    UsageTotals(JdbcClient jdbc, Rating rating) {
        this.jdbc = jdbc;
        this.rating = rating;
    }

    /**
     * What tenants used, as sums that are priced alike; tenants who used nothing are left out. Where the resource is weighed by
     * time, the quantity is in its units already, to 20 decimals.
     *
     * @param from first instant
     * @param to first instant no longer meant
     * @param boundaries where another price may begin: nothing is summed across one
     */
    public Map<String, List<UsageSum>> used(
            Collection<String> tenantIds, Instant from, Instant to, Collection<Instant> boundaries) {
        return sums(tenantIds, from, to, boundaries, "l.quantity", "", Map.of());
    }

    /**
     * The same of one tenant, of the rows behind one place in the ledger up to another.
     *
     * @param afterSeq exclusive
     * @param throughSeq inclusive
     */
    public List<UsageSum> used(
            String tenantId, Instant from, Instant to, Collection<Instant> boundaries, long afterSeq, long throughSeq) {
        return sums(
                        List.of(tenantId),
                        from,
                        to,
                        boundaries,
                        "l.quantity",
                        "AND l.seq > :after AND l.seq <= :through",
                        Map.of("after", afterSeq, "through", throughSeq))
                .getOrDefault(tenantId, List.of());
    }

    /** The highest place that any row of the ledger may have now; see {@link LedgerGate}. */
    public long position() {
        return jdbc.sql("SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM usage_ledger_seq")
                .query(Long.class)
                .single();
    }

    /**
     * What one miner's work within a window comes to, by the groups of {@link #used}, whose quantities are left 0 in the keys. An
     * event with a period counts with the part of it that lies within the window, another one if it occurred in it.
     *
     * @param from of the whole period: only events that occurred in it are looked at
     * @param windowEnd exclusive
     */
    public Map<Used, BigDecimal> within(
            String tenantId,
            String minerId,
            Instant from,
            Instant to,
            Collection<Instant> boundaries,
            Instant windowStart,
            Instant windowEnd) {
        Map<Used, BigDecimal> found = new LinkedHashMap<>();
        sums(
                        List.of(tenantId),
                        from,
                        to,
                        boundaries,
                        PART_OF_WINDOW,
                        WITHIN_WINDOW,
                        Map.of(
                                "miner", minerId,
                                "windowStart", windowStart.atOffset(ZoneOffset.UTC),
                                "windowEnd", windowEnd.atOffset(ZoneOffset.UTC)))
                .getOrDefault(tenantId, List.of())
                .forEach(sum -> found.put(
                        sum.used().withQuantity(BigDecimal.ZERO), sum.used().quantity()));
        return found;
    }

    /** How many events of a tenant wait in quarantine that came there since a time: they are in no sum. */
    public long quarantined(String tenantId, Instant since) {
        return jdbc.sql("""
                SELECT count(*) FROM usage_quarantine
                WHERE tenant_id = :tenant AND state = 'OPEN' AND last_at >= :since
                """)
                .param("tenant", tenantId)
                .param("since", since.atOffset(ZoneOffset.UTC))
                .query(Long.class)
                .single();
    }

    /** How many events a tenant has in [from, to): rows are only ever added, so the same count is the same events. */
    public long count(String tenantId, Instant from, Instant to) {
        return jdbc.sql("""
                SELECT count(*) FROM usage_ledger
                WHERE tenant_id = :tenant AND occurred_at >= :from AND occurred_at < :to
                """)
                .param("tenant", tenantId)
                .param("from", from.atOffset(ZoneOffset.UTC))
                .param("to", to.atOffset(ZoneOffset.UTC))
                .query(Long.class)
                .single();
    }

    private Map<String, List<UsageSum>> sums(
            Collection<String> tenantIds,
            Instant from,
            Instant to,
            Collection<Instant> boundaries,
            String quantity,
            String condition,
            Map<String, Object> params) {
        List<Instant> inner = new TreeSet<>(boundaries)
                .stream().filter(at -> at.isAfter(from) && at.isBefore(to)).toList();
        String weighed = rating.isWeighed();
        String sql = "SELECT l.tenant_id, width_bucket(l.occurred_at, (SELECT (:boundaries)::timestamptz[])) AS bucket,"
                + " l.resource_type, l.gpu_model, l.outcome, " + rating.ownPrice() + " AS own_price, l.miner_id,"
                + " t.hours_per_unit, sum(" + quantity + ") FILTER (WHERE NOT " + weighed + ") AS plain,"
                + " sum((" + quantity + ") * " + Rating.SECONDS + ") FILTER (WHERE " + weighed + ") AS weighed,"
                + " count(*) AS events, max(l.seq) AS seq"
                + " FROM usage_ledger l JOIN resource_types t ON t.resource_type = l.resource_type"
                + " WHERE l.tenant_id = ANY (:tenants) AND l.occurred_at >= :from AND l.occurred_at < :to " + condition
                + " GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1, 2, 3, 4, 5, 6, 7";
        Map<String, List<UsageSum>> found = new LinkedHashMap<>();
        jdbc.sql(sql)
                .param("boundaries", inner.stream().map(Instant::toString).toArray(String[]::new))
                .param("tenants", tenantIds.toArray(String[]::new))
                .param("from", from.atOffset(ZoneOffset.UTC))
                .param("to", to.atOffset(ZoneOffset.UTC))
                .params(params)
                .query(row -> {
                    int bucket = row.getInt("bucket");
                    found.computeIfAbsent(row.getString("tenant_id"), tenant -> new ArrayList<>())
                            .add(sum(row, bucket == 0 ? from : inner.get(bucket - 1)));
                });
        return found;
    }

    private static UsageSum sum(ResultSet row, Instant at) throws SQLException {
        String outcome = row.getString("outcome");
        return new UsageSum(
                new Used(
                        at,
                        row.getString("resource_type"),
                        row.getString("gpu_model"),
                        quantity(row),
                        row.getBigDecimal("own_price"),
                        outcome == null ? null : Outcome.valueOf(outcome),
                        row.getString("miner_id")),
                row.getLong("events"),
                row.getLong("seq"));
    }

    /** What is weighed by time is divided once, after it was summed up exactly. */
    private static BigDecimal quantity(ResultSet row) throws SQLException {
        BigDecimal plain = row.getBigDecimal("plain");
        BigDecimal weighed = row.getBigDecimal("weighed");
        BigDecimal sum = plain == null ? BigDecimal.ZERO : plain;
        if (weighed == null) {
            return sum;
        }
        BigDecimal seconds = row.getBigDecimal("hours_per_unit").multiply(BigDecimal.valueOf(3_600));
        return sum.add(weighed.divide(seconds, WEIGHED_SCALE, RoundingMode.HALF_UP));
    }
}
