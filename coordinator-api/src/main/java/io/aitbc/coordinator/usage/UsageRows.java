package io.aitbc.coordinator.usage;

import io.aitbc.coordinator.pricing.Decimals;
import io.aitbc.coordinator.tenant.TenantScope;
import io.aitbc.service.web.Cursors;
import io.aitbc.service.web.Page;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Reads the ledger row by row, in the order of tenant, time and key. */
@Repository
class UsageRows {

    private static final int FETCHED_AT_ONCE = 1_000;

    private record Found(UsageRow row, UUID key) {}

    private final JdbcClient jdbc;
    private final JdbcClient inParts;
    private final Rating rating;

    UsageRows(DataSource dataSource, Rating rating) {
        this.jdbc = JdbcClient.create(dataSource);
        JdbcTemplate template = new JdbcTemplate(dataSource);
        template.setFetchSize(FETCHED_AT_ONCE);
        this.inParts = JdbcClient.create(template);
        this.rating = rating;
    }

    /** A page of rows. */
    Page<UsageRow> page(TenantScope scope, UsageFilter filter, @Nullable String cursor, int limit) {
        return page(filter.where(scope), cursor, limit);
    }

    Page<UsageRow> page(UsageFilter.Where where, @Nullable String cursor, int limit) {
        String sql = select(where.sql()
                        + (cursor == null
                                ? ""
                                : " AND (l.tenant_id, l.occurred_at, l.key) > "
                                        + "(:afterTenant, :afterTime::timestamptz, :afterKey::uuid)"))
                + " LIMIT :limit";
        JdbcClient.StatementSpec statement =
                jdbc.sql(sql).params(where.params()).param("limit", limit + 1);
        if (cursor != null) {
            List<String> after = Cursors.decode(cursor, 3);
            requirePlace(after);
            statement = statement
                    .param("afterTenant", after.get(0))
                    .param("afterTime", after.get(1))
                    .param("afterKey", after.get(2));
        }
        return Page.of(
                        statement.query(UsageRows::found).list(),
                        limit,
                        last -> Cursors.encode(
                                last.row().tenantId(),
                                last.row().occurredAt().toString(),
                                last.key().toString()))
                .map(Found::row);
    }

    /** Hands over all rows, of which only a few are in memory at a time. */
    void each(TenantScope scope, UsageFilter filter, Consumer<UsageRow> consumer) {
        UsageFilter.Where where = filter.where(scope);
        RowCallbackHandler handler = row -> consumer.accept(row(row));
        inParts.sql(select(where.sql())).params(where.params()).query(handler);
    }

    private String select(String where) {
        return "SELECT l.*, " + rating.price() + " AS rated_price, round((" + rating.units() + ") * ("
                + rating.price() + "), 8) AS total_amount FROM usage_ledger l" + Rating.BOOK + "WHERE " + where
                + " ORDER BY l.tenant_id, l.occurred_at, l.key";
    }

    private static void requirePlace(List<String> after) {
        try {
            Instant.parse(after.get(1));
            UUID.fromString(after.get(2));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw Cursors.badCursor();
        }
    }

    private static Found found(ResultSet row, int n) throws SQLException {
        return new Found(row(row), row.getObject("key", UUID.class));
    }

    private static UsageRow row(ResultSet row) throws SQLException {
        String outcome = row.getString("outcome");
        return new UsageRow(
                row.getString("event_id"),
                row.getString("source"),
                row.getString("tenant_id"),
                row.getString("resource_type"),
                Decimals.tidy(row.getBigDecimal("quantity")),
                tidy(row.getBigDecimal("unit_price")),
                tidy(row.getBigDecimal("rated_price")),
                tidy(row.getBigDecimal("total_amount")),
                row.getString("currency"),
                row.getString("job_id"),
                row.getObject("attempt", Integer.class),
                row.getString("miner_id"),
                row.getString("gpu_uuid"),
                row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
                instant(row, "period_start"),
                instant(row, "period_end"),
                row.getString("reverses"),
                row.getString("metadata"),
                row.getObject("recorded_at", OffsetDateTime.class).toInstant(),
                row.getString("gpu_model"),
                outcome == null ? null : outcome.toLowerCase(Locale.ROOT));
    }

    private static @Nullable BigDecimal tidy(@Nullable BigDecimal value) {
        return value == null ? null : Decimals.tidy(value);
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
