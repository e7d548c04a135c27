package io.aitbc.coordinator.usage;

import io.aitbc.coordinator.pricing.Outcome;
import io.aitbc.service.postgres.BinaryCopy;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Writes the ledger. Rows are only ever added. */
@Repository
class LedgerEntries {

    private static final String COPY = """
            COPY usage_ledger (tenant_id, occurred_at, key, event_id, source, resource_type, quantity, unit_price,
                currency, job_id, attempt, miner_id, gpu_uuid, period_start, period_end, reverses, metadata,
                gpu_model, outcome, recorded_at)
            FROM STDIN (FORMAT binary)
            """;
    private static final int COLUMNS = 20;

    /** What an event that shall be taken back was. */
    record Original(
            String tenantId,
            String resourceType,
            BigDecimal quantity,
            @Nullable BigDecimal unitPrice,
            Instant occurredAt,
            @Nullable String jobId,
            @Nullable Integer attempt,
            @Nullable String minerId,
            @Nullable String gpuUuid,
            @Nullable Instant periodStart,
            @Nullable Instant periodEnd,
            @Nullable String gpuModel,
            @Nullable Outcome outcome) {}

    private final JdbcTemplate jdbc;

    LedgerEntries(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Adds the events, whose keys were claimed in this transaction. */
    void add(Collection<UsageEvent> events, Instant recordedAt) {
        if (events.isEmpty()) {
            return;
        }
        jdbc.execute((ConnectionCallback<Boolean>) connection -> {
            try (BinaryCopy rows = BinaryCopy.into(connection, COPY)) {
                for (UsageEvent event : events) {
                    write(rows, event, recordedAt);
                }
                rows.finish();
            }
            return true;
        });
    }

    /** An event, and who asks for it. */
    record Asked(UUID key, String tenantId) {}

    /** The events under these keys, as far as they are in the ledger and of a tenant that asks for them. */
    Map<UUID, Original> originals(Set<Asked> asked) {
        Map<UUID, Original> found = new HashMap<>();
        UUID[] keys = asked.stream().map(Asked::key).toArray(UUID[]::new);
        String[] tenants = asked.stream().map(Asked::tenantId).toArray(String[]::new);
        jdbc.query(
                """
                SELECT l.*
                FROM unnest(?::uuid[], ?::text[]) AS asked (key, tenant_id)
                JOIN usage_event_keys k ON k.key = asked.key
                JOIN usage_ledger l
                    ON l.tenant_id = asked.tenant_id AND l.occurred_at = k.occurred_at AND l.key = k.key
                """,
                row -> {
                    found.put(row.getObject("key", UUID.class), original(row));
                },
                keys,
                tenants);
        return found;
    }

    private static Original original(ResultSet row) throws SQLException {
        String outcome = row.getString("outcome");
        return new Original(
                row.getString("tenant_id"),
                row.getString("resource_type"),
                row.getBigDecimal("quantity"),
                row.getBigDecimal("unit_price"),
                row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
                row.getString("job_id"),
                row.getObject("attempt", Integer.class),
                row.getString("miner_id"),
                row.getString("gpu_uuid"),
                instant(row, "period_start"),
                instant(row, "period_end"),
                row.getString("gpu_model"),
                outcome == null ? null : Outcome.valueOf(outcome));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static void write(BinaryCopy rows, UsageEvent event, Instant recordedAt) throws SQLException {
        rows.row(COLUMNS)
                .text(event.tenantId())
                .time(event.occurredAt())
                .uuid(event.key())
                .text(event.eventId())
                .text(event.source())
                .text(event.resourceType())
                .number(event.quantity())
                .number(event.unitPrice())
                .text(event.currency())
                .text(event.jobId())
                .integer(event.attempt())
                .text(event.minerId())
                .text(event.gpuUuid())
                .time(event.periodStart())
                .time(event.periodEnd())
                .text(event.reverses())
                .jsonb(event.metadata())
                .text(event.gpuModel())
                .text(event.outcome() == null ? null : event.outcome().name())
                .time(recordedAt);
    }
}
