package io.aitbc.poolhub.usage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.service.postgres.MonthlyPartitions;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The outbox: usage is written here in the transaction of the fact that caused it. */
@Repository
public class UsageEvents {

    private static final String INSERT = """
            WITH given AS (
              SELECT * FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::numeric[], ?::numeric[],
                                   ?::timestamptz[], ?::timestamptz[], ?::timestamptz[], ?::jsonb[], ?::text[], ?::text[],
                                   ?::text[], ?::uuid[])
                AS g (event_id, tenant_id, miner_id, job_id, resource_type, quantity, unit_price,
                      occurred_at, period_start, period_end, metadata, source, gpu_model, outcome, reverses)
            ), fresh AS (
              INSERT INTO usage_event_ids (event_id, occurred_at)
              SELECT DISTINCT ON (event_id) event_id, occurred_at FROM given ORDER BY event_id
              ON CONFLICT DO NOTHING RETURNING event_id
            )
            INSERT INTO usage_events (event_id, tenant_id, miner_id, job_id, resource_type, quantity, unit_price,
                                      occurred_at, period_start, period_end, metadata, source, gpu_model, outcome,
                                      reverses, state)
            SELECT DISTINCT ON (g.event_id) g.event_id, g.tenant_id, g.miner_id, g.job_id, g.resource_type, g.quantity,
                   g.unit_price, g.occurred_at, g.period_start, g.period_end, g.metadata, g.source, g.gpu_model, g.outcome,
                   g.reverses, ?
            FROM given g JOIN fresh USING (event_id) ORDER BY g.event_id
            """;

    private static final TypeReference<Map<String, Object>> METADATA = new TypeReference<>() {};

    private final JdbcTemplate jdbc;
    private final MonthlyPartitions partitions;
    private final ObjectMapper json;

    UsageEvents(JdbcTemplate jdbc, MonthlyPartitions partitions, ObjectMapper json) {
        this.jdbc = jdbc;
        this.partitions = partitions;
        this.json = json;
    }

    /**
     * Writes facts to be billed, in the caller's transaction. A fact that was written before is left as it is.
     *
     * @return how many were new
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public int record(Collection<UsageFact> facts) {
        return insert(facts, "PENDING");
    }

    /** Writes facts that somebody else has billed already: kept for the record, never sent. */
    @Transactional(propagation = Propagation.MANDATORY)
    public int recordUnbilled(Collection<UsageFact> facts) {
        return insert(facts, "NOT_BILLED");
    }

    /** What this hub itself has written of a job on a miner for the time from an instant on, oldest first. */
    @Transactional(propagation = Propagation.MANDATORY)
    public List<UsageFact> written(String jobId, String minerId, Instant after) {
        return jdbc.query("""
                SELECT event_id, tenant_id, miner_id, job_id, resource_type, quantity, unit_price, occurred_at, period_start,
                       period_end, metadata, source, gpu_model, outcome, reverses
                  FROM usage_events
                 WHERE miner_id = ? AND occurred_at >= ? AND job_id = ? AND source = 'hub'
                 ORDER BY occurred_at, event_id
                """, (row, n) -> fact(row), minerId, utc(after), jobId);
    }

    private UsageFact fact(ResultSet row) throws SQLException {
        return new UsageFact(
                row.getObject(1, UUID.class),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getBigDecimal(6),
                row.getBigDecimal(7),
                row.getTimestamp(8).toInstant(),
                instant(row.getTimestamp(9)),
                instant(row.getTimestamp(10)),
                read(row.getString(11)),
                row.getString(12),
                row.getString(13),
                UsageOutcome.of(row.getString(14)),
                row.getObject(15, UUID.class));
    }

    private int insert(Collection<UsageFact> facts, String state) {
        if (facts.isEmpty()) {
            return 0;
        }
        Instant first = facts.stream()
                .map(UsageFact::occurredAt)
                .min(Instant::compareTo)
                .orElseThrow();
        Instant last = facts.stream()
                .map(UsageFact::occurredAt)
                .max(Instant::compareTo)
                .orElseThrow();
        partitions.ensure("usage_events", first, last);
        List<UsageFact> all = List.copyOf(facts);
        return jdbc.update(connection -> {
            var statement = connection.prepareStatement(INSERT);
            int at = 0;
            statement.setArray(++at, array(connection, "uuid", all, UsageFact::eventId));
            statement.setArray(++at, array(connection, "text", all, UsageFact::tenantId));
            statement.setArray(++at, array(connection, "text", all, UsageFact::minerId));
            statement.setArray(++at, array(connection, "text", all, UsageFact::jobId));
            statement.setArray(++at, array(connection, "text", all, UsageFact::resourceType));
            statement.setArray(++at, array(connection, "numeric", all, f -> plain(f.quantity())));
            statement.setArray(++at, array(connection, "numeric", all, f -> plain(f.unitPrice())));
            statement.setArray(++at, array(connection, "timestamptz", all, f -> utc(f.occurredAt())));
            statement.setArray(++at, array(connection, "timestamptz", all, f -> utc(f.periodStart())));
            statement.setArray(++at, array(connection, "timestamptz", all, f -> utc(f.periodEnd())));
            statement.setArray(++at, array(connection, "jsonb", all, this::metadata));
            statement.setArray(++at, array(connection, "text", all, UsageFact::source));
            statement.setArray(++at, array(connection, "text", all, UsageFact::gpuModel));
            statement.setArray(
                    ++at,
                    array(
                            connection,
                            "text",
                            all,
                            f -> f.outcome() == null ? null : f.outcome().word()));
            statement.setArray(++at, array(connection, "uuid", all, UsageFact::reverses));
            statement.setString(++at, state);
            return statement;
        });
    }

    private static java.sql.Array array(
            Connection connection, String type, List<UsageFact> facts, Function<UsageFact, @Nullable Object> column)
            throws SQLException {
        return connection.createArrayOf(type, facts.stream().map(column).toArray());
    }

    private static @Nullable String plain(@Nullable BigDecimal number) {
        return number == null ? null : number.toPlainString();
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    private String metadata(UsageFact fact) {
        try {
            return json.writeValueAsString(fact.metadata());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("metadata cannot be written as JSON", e);
        }
    }

    private Map<String, Object> read(String metadata) {
        try {
            return json.readValue(metadata, METADATA);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("metadata is a JSON object", e);
        }
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
