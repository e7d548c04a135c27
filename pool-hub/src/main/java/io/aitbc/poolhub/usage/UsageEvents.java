package io.aitbc.poolhub.usage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.service.postgres.MonthlyPartitions;
import java.math.BigDecimal;
import java.sql.Connection;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
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
                                   ?::timestamptz[], ?::timestamptz[], ?::timestamptz[], ?::jsonb[], ?::text[])
                AS g (event_id, tenant_id, miner_id, job_id, resource_type, quantity, unit_price,
                      occurred_at, period_start, period_end, metadata, source)
            ), fresh AS (
              INSERT INTO usage_event_ids (event_id, occurred_at)
              SELECT DISTINCT ON (event_id) event_id, occurred_at FROM given ORDER BY event_id
              ON CONFLICT DO NOTHING RETURNING event_id
            )
            INSERT INTO usage_events (event_id, tenant_id, miner_id, job_id, resource_type, quantity, unit_price,
                                      occurred_at, period_start, period_end, metadata, source, state)
            SELECT DISTINCT ON (g.event_id) g.event_id, g.tenant_id, g.miner_id, g.job_id, g.resource_type, g.quantity,
                   g.unit_price, g.occurred_at, g.period_start, g.period_end, g.metadata, g.source, ?
            FROM given g JOIN fresh USING (event_id) ORDER BY g.event_id
            """;

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
            statement.setString(++at, state);
            return statement;
        });
    }

    private static java.sql.Array array(
            Connection connection, String type, List<UsageFact> facts, Function<UsageFact, @Nullable Object> column)
            throws java.sql.SQLException {
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
}
