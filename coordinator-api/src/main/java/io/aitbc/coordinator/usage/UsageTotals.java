package io.aitbc.coordinator.usage;

import io.aitbc.coordinator.pricing.Outcome;
import io.aitbc.coordinator.pricing.Used;
import io.aitbc.coordinator.tenant.TenantScope;
import io.aitbc.coordinator.usage.UsageDigest.Group;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Sums over the ledger. Each answer is one statement's view of it, and holds every event accepted before. */
@Repository
public class UsageTotals {

    private static final int SHOWN_AT_TOP = 10;
    private static final int WEIGHED_SCALE = 20;

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
        return sums(tenantIds, from, to, boundaries, "", Map.of());
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
                        " AND l.seq > :after AND l.seq <= :through",
                        Map.of("after", afterSeq, "through", throughSeq))
                .getOrDefault(tenantId, List.of());
    }

    /** The highest place that any row of the ledger may have now; see {@link LedgerGate}. */
    public long position() {
        return jdbc.sql("SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM usage_ledger_seq")
                .query(Long.class)
                .single();
    }

    private Map<String, List<UsageSum>> sums(
            Collection<String> tenantIds,
            Instant from,
            Instant to,
            Collection<Instant> boundaries,
            String condition,
            Map<String, Object> params) {
        List<Instant> inner = new TreeSet<>(boundaries)
                .stream().filter(at -> at.isAfter(from) && at.isBefore(to)).toList();
        String weighed = rating.isWeighed();
        String sql = "SELECT l.tenant_id, width_bucket(l.occurred_at, (SELECT (:boundaries)::timestamptz[])) AS bucket,"
                + " l.resource_type, l.gpu_model, l.outcome, " + rating.ownPrice() + " AS own_price, l.miner_id,"
                + " t.hours_per_unit, sum(l.quantity) FILTER (WHERE NOT " + weighed + ") AS plain,"
                + " sum(l.quantity * " + Rating.SECONDS + ") FILTER (WHERE " + weighed + ") AS weighed,"
                + " count(*) AS events, max(l.seq) AS seq"
                + " FROM usage_ledger l JOIN resource_types t ON t.resource_type = l.resource_type"
                + " WHERE l.tenant_id = ANY (:tenants) AND l.occurred_at >= :from AND l.occurred_at < :to" + condition
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

    /** Counts and sums by group; at most {@code limit} rows. */
    List<UsageDigest.Row> digest(TenantScope scope, UsageFilter filter, Set<Group> groups, int limit) {
        UsageFilter.Where where = filter.where(scope);
        String columns = groups.stream()
                .map(group -> group.sql + " AS " + group.column + ", ")
                .collect(Collectors.joining());
        String by = groups.stream().map(group -> group.column).collect(Collectors.joining(", "));
        String sql = "SELECT " + columns + "count(*) AS count, coalesce(sum(l.quantity), 0) AS quantity"
                + " FROM usage_ledger l WHERE " + where.sql()
                + (by.isEmpty() ? "" : " GROUP BY " + by + " ORDER BY " + by) + " LIMIT :limit";
        return jdbc.sql(sql)
                .params(where.params())
                .param("limit", limit)
                .query((row, n) -> new UsageDigest.Row(
                        groups.contains(Group.TENANT) ? row.getString("tenant_id") : null,
                        groups.contains(Group.RESOURCE) ? row.getString("resource_type") : null,
                        groups.contains(Group.HOUR) ? instant(row, "hour") : null,
                        groups.contains(Group.SOURCE) ? row.getString("source") : null,
                        row.getLong("count"),
                        Numbers.tidy(row.getBigDecimal("quantity"))))
                .list();
    }

    /** Everything from an instant on, by resource and hour, with the dearest miners and jobs. */
    UsageMetrics metrics(TenantScope scope, int hours, Instant from, Instant to) {
        UsageFilter.Where where = UsageFilter.between(from, null, null).where(scope);
        List<UsageMetrics.HourTotal> byHour = grouped(
                where,
                "date_trunc('hour', l.occurred_at, 'UTC') AS hour, l.resource_type",
                "1, 2, l.currency ORDER BY 1, 2, l.currency",
                (row, n) -> new UsageMetrics.HourTotal(
                        instant(row, "hour"),
                        row.getString("resource_type"),
                        row.getLong("events"),
                        Numbers.tidy(row.getBigDecimal("quantity")),
                        row.getString("currency"),
                        Numbers.tidy(row.getBigDecimal("cost"))));
        List<UsageMetrics.ResourceTotal> totals = grouped(
                where,
                "l.resource_type",
                "1, l.currency ORDER BY 1, l.currency",
                (row, n) -> new UsageMetrics.ResourceTotal(
                        row.getString("resource_type"),
                        row.getLong("events"),
                        Numbers.tidy(row.getBigDecimal("quantity")),
                        row.getString("currency"),
                        Numbers.tidy(row.getBigDecimal("cost")),
                        row.getLong("unpriced")));
        List<UsageMetrics.MinerTotal> miners = top(
                where,
                "miner_id",
                (row, n) -> new UsageMetrics.MinerTotal(
                        row.getString(1),
                        row.getLong("events"),
                        row.getString("currency"),
                        Numbers.tidy(row.getBigDecimal("cost"))));
        List<UsageMetrics.JobTotal> jobs = top(
                where,
                "job_id",
                (row, n) -> new UsageMetrics.JobTotal(
                        row.getString(1),
                        row.getLong("events"),
                        row.getString("currency"),
                        Numbers.tidy(row.getBigDecimal("cost"))));
        long events =
                totals.stream().mapToLong(UsageMetrics.ResourceTotal::events).sum();
        return new UsageMetrics(scope.tenantId(), hours, from, to, events, costs(totals), totals, byHour, miners, jobs);
    }

    private static List<UsageMetrics.Cost> costs(List<UsageMetrics.ResourceTotal> totals) {
        TreeMap<String, BigDecimal> sums = new TreeMap<>();
        totals.forEach(total -> sums.merge(total.currency(), total.cost(), BigDecimal::add));
        Function<String, BigDecimal> sum = currency -> Numbers.tidy(sums.getOrDefault(currency, BigDecimal.ZERO));
        return sums.keySet().stream()
                .map(currency -> new UsageMetrics.Cost(currency, sum.apply(currency)))
                .toList();
    }

    private <T> List<T> top(UsageFilter.Where where, String column, RowMapper<T> mapper) {
        UsageFilter.Where named =
                new UsageFilter.Where(where.sql() + " AND l." + column + " IS NOT NULL", where.params());
        return grouped(
                named, "l." + column, "1, l.currency ORDER BY cost DESC, events DESC, 1 LIMIT " + SHOWN_AT_TOP, mapper);
    }

    private <T> List<T> grouped(UsageFilter.Where where, String columns, String groupBy, RowMapper<T> mapper) {
        String price = rating.price();
        return jdbc.sql("SELECT " + columns + ", l.currency, count(*) AS events, sum(l.quantity) AS quantity,"
                        + " round(coalesce(sum((" + rating.units() + ") * (" + price + ")), 0), 8) AS cost,"
                        + " count(*) FILTER (WHERE (" + price + ") IS NULL) AS unpriced"
                        + " FROM usage_ledger l" + Rating.BOOK + "WHERE " + where.sql() + " GROUP BY " + groupBy)
                .params(where.params())
                .query(mapper)
                .list();
    }

    private static @Nullable Instant orNull(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        Instant time = orNull(row.getObject(column, OffsetDateTime.class));
        if (time == null) {
            throw new SQLException("no " + column);
        }
        return time;
    }
}
