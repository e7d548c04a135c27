package io.aitbc.coordinator.usage;

import io.aitbc.coordinator.pricing.Decimals;
import io.aitbc.coordinator.tenant.TenantScope;
import io.aitbc.coordinator.usage.UsageDigest.Group;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Sums over the ledger to look at. Each answer is one statement's view of it, and holds every event accepted before. */
@Repository
class UsageStatistics {

    private static final int SHOWN_AT_TOP = 10;

    private final JdbcClient jdbc;
    private final Rating rating;

    UsageStatistics(JdbcClient jdbc, Rating rating) {
        this.jdbc = jdbc;
        this.rating = rating;
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
                        Decimals.tidy(row.getBigDecimal("quantity"))))
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
                        Decimals.tidy(row.getBigDecimal("quantity")),
                        row.getString("currency"),
                        Decimals.tidy(row.getBigDecimal("cost"))));
        List<UsageMetrics.ResourceTotal> totals = totals(where);
        List<UsageMetrics.MinerTotal> miners = top(
                where,
                "miner_id",
                (row, n) -> new UsageMetrics.MinerTotal(
                        row.getString(1),
                        row.getLong("events"),
                        row.getString("currency"),
                        Decimals.tidy(row.getBigDecimal("cost"))));
        List<UsageMetrics.JobTotal> jobs = top(
                where,
                "job_id",
                (row, n) -> new UsageMetrics.JobTotal(
                        row.getString(1),
                        row.getLong("events"),
                        row.getString("currency"),
                        Decimals.tidy(row.getBigDecimal("cost"))));
        long events =
                totals.stream().mapToLong(UsageMetrics.ResourceTotal::events).sum();
        return new UsageMetrics(scope.tenantId(), hours, from, to, events, costs(totals), totals, byHour, miners, jobs);
    }

    /** Everything from an instant on, of all tenants together, by resource and currency. */
    List<UsageMetrics.ResourceTotal> since(Instant from) {
        return totals(new UsageFilter.Where("l.occurred_at >= :from", Map.of("from", from.atOffset(ZoneOffset.UTC))));
    }

    private List<UsageMetrics.ResourceTotal> totals(UsageFilter.Where where) {
        return grouped(
                where,
                "l.resource_type",
                "1, l.currency ORDER BY 1, l.currency",
                (row, n) -> new UsageMetrics.ResourceTotal(
                        row.getString("resource_type"),
                        row.getLong("events"),
                        Decimals.tidy(row.getBigDecimal("quantity")),
                        row.getString("currency"),
                        Decimals.tidy(row.getBigDecimal("cost")),
                        row.getLong("unpriced")));
    }

    private static List<UsageMetrics.Cost> costs(List<UsageMetrics.ResourceTotal> totals) {
        TreeMap<String, BigDecimal> sums = new TreeMap<>();
        totals.forEach(total -> sums.merge(total.currency(), total.cost(), BigDecimal::add));
        Function<String, BigDecimal> sum = currency -> Decimals.tidy(sums.getOrDefault(currency, BigDecimal.ZERO));
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
