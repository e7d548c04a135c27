package io.aitbc.poolhub.usage;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The events that wait to be sent, and what became of those that were. */
@Repository
class Outbox {

    /** Where an event lies. */
    record Key(String tenantId, Instant occurredAt, UUID eventId) {}

    /** The coordinator's word on an event: an error parks it, none acknowledges it. */
    record Verdict(Key key, @Nullable String error) {}

    /**
     * Which waiting events are meant.
     *
     * @param minerId only this miner's
     * @param since only those that occurred at or after it
     * @param again also those that were put off until later
     * @param putOffOnly only those that failed before
     */
    record Window(@Nullable String minerId, @Nullable Instant since, boolean again, boolean putOffOnly) {
        static final Window DUE = new Window(null, null, false, false);
        static final Window PUT_OFF = new Window(null, null, false, true);
    }

    /**
     * What is not settled: how many wait, how many are parked, since when the oldest has been waiting. An event that takes a
     * parked one back is as good as parked: it waits for that one.
     */
    record Backlog(long pending, long parked, @Nullable Instant oldest) {}

    private static final String SETTLE = """
            UPDATE usage_events e
               SET state = CASE WHEN g.error IS NULL THEN 'ACKNOWLEDGED' ELSE 'PARKED' END,
                   acknowledged_at = CASE WHEN g.error IS NULL THEN ?::timestamptz END,
                   attempts = e.attempts + 1, last_error = g.error
            """;
    /** Twice as long after each failure, up to an hour, and each event at a moment of its own. */
    private static final String PUT_OFF = """
            UPDATE usage_events e
               SET attempts = e.attempts + 1, last_error = g.error,
                   next_attempt_at = ?::timestamptz + (0.5 + random()) * least(interval '1 hour',
                       interval '10 seconds' * power(2, least(e.attempts, 10)))
            """;

    private static final String KEYS = """
              FROM unnest(?::text[], ?::timestamptz[], ?::uuid[], ?::text[]) AS g (tenant_id, occurred_at, event_id, error)
             WHERE e.tenant_id = g.tenant_id AND e.occurred_at = g.occurred_at AND e.event_id = g.event_id
               AND e.occurred_at BETWEEN ? AND ?
            """;

    /** What became of the event that {@code e} takes back, which has the same tenant and time. Looked up by its key, row by row. */
    private static final String REVERSED_STATE = """
            (SELECT o.state FROM usage_events o
              WHERE o.tenant_id = e.tenant_id AND o.occurred_at = e.occurred_at AND o.event_id = e.reverses)
            """;

    private final JdbcTemplate jdbc;

    Outbox(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Takes events for the rest of the transaction; those that another one holds are passed over. One that takes another back
     * waits until the coordinator has that one, or two replicas could bring them in the wrong order.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public List<PendingEvent> claim(Window window, Instant now, int limit) {
        List<Object> arguments = new ArrayList<>();
        StringBuilder sql = new StringBuilder("SELECT ")
                .append(PendingEvent.COLUMNS)
                .append("FROM usage_events e WHERE state = 'PENDING' AND (reverses IS NULL OR " + REVERSED_STATE
                        + " = 'ACKNOWLEDGED')");
        if (!window.again()) {
            sql.append(" AND next_attempt_at <= ?");
            arguments.add(utc(now));
        }
        if (window.putOffOnly()) {
            sql.append(" AND next_attempt_at > '-infinity'");
        }
        if (window.minerId() != null) {
            sql.append(" AND miner_id = ?");
            arguments.add(window.minerId());
        }
        if (window.since() != null) {
            sql.append(" AND occurred_at >= ?");
            arguments.add(utc(window.since()));
        }
        sql.append(" ORDER BY next_attempt_at, occurred_at LIMIT ? FOR UPDATE OF e SKIP LOCKED");
        arguments.add(limit);
        return jdbc.query(sql.toString(), PendingEvent.ROW, arguments.toArray());
    }

    /** Acknowledges or parks. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void settle(List<Verdict> verdicts, Instant now) {
        update(SETTLE + KEYS, verdicts, now);
    }

    /** They could not be sent now. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void putOff(List<Key> keys, Instant now, String error) {
        update(PUT_OFF + KEYS, keys.stream().map(key -> new Verdict(key, error)).toList(), now);
    }

    @Transactional(readOnly = true)
    public Backlog backlog() {
        return jdbc.query("""
                SELECT count(*) FILTER (WHERE pending), count(*) FILTER (WHERE NOT pending),
                       min(recorded_at) FILTER (WHERE pending)
                  FROM (SELECT CASE WHEN reverses IS NULL THEN true ELSE coalesce(%s <> 'PARKED', true) END AS pending, recorded_at
                          FROM usage_events e WHERE state = 'PENDING'
                        UNION ALL
                        SELECT false, recorded_at FROM usage_events WHERE state = 'PARKED') AS waiting
                """.formatted(REVERSED_STATE), (row, n) -> {
                    Timestamp oldest = row.getTimestamp(3);
                    return new Backlog(row.getLong(1), row.getLong(2), oldest == null ? null : oldest.toInstant());
                })
                .get(0);
    }

    /** Parked events after a place in the list, oldest first. */
    @Transactional(readOnly = true)
    public List<ParkedEvent> parked(Instant after, UUID afterId, int limit) {
        return jdbc.query("""
                SELECT event_id, tenant_id, miner_id, job_id, resource_type, quantity, occurred_at, attempts, last_error
                  FROM usage_events
                 WHERE state = 'PARKED' AND (occurred_at, event_id) > (?, ?)
                 ORDER BY occurred_at, event_id LIMIT ?
                """, ParkedEvent.ROW, utc(after), afterId, limit);
    }

    /** Lets parked events wait to be sent again, all or those named; says how many these were. */
    @Transactional
    public int retryParked(@Nullable List<UUID> eventIds) {
        String again =
                "UPDATE usage_events e SET state = 'PENDING', attempts = 0, next_attempt_at = '-infinity' WHERE state = 'PARKED'";
        if (eventIds == null) {
            return jdbc.update(again);
        }
        return jdbc.update(connection -> {
            var statement = connection.prepareStatement(again + " AND event_id = ANY (?)");
            statement.setArray(1, connection.createArrayOf("uuid", eventIds.toArray()));
            return statement;
        });
    }

    /** The event that has the id; none also when it was so long ago that it is no longer kept. */
    @Transactional(readOnly = true)
    public Optional<PendingEvent> known(UUID eventId) {
        return jdbc.query("SELECT " + PendingEvent.COLUMNS + """
                  FROM usage_event_ids i
                  JOIN usage_events e ON e.event_id = i.event_id AND e.occurred_at = i.occurred_at
                 WHERE i.event_id = ?
                """, PendingEvent.ROW, eventId).stream()
                .findFirst();
    }

    /** Whether both are the same JSON value, in PostgreSQL's eyes. */
    @Transactional(readOnly = true)
    public boolean isSameJson(String one, String other) {
        return Boolean.TRUE.equals(jdbc.queryForObject("SELECT ?::jsonb = ?::jsonb", Boolean.class, one, other));
    }

    /** What this hub counts for [from, to), by tenant and resource. */
    @Transactional(readOnly = true)
    public List<UsageBoard.Total> totals(Instant from, Instant to, int limit) {
        return jdbc.query(
                """
                SELECT tenant_id, resource_type, sum(quantity), count(*), count(*) FILTER (WHERE state = 'PENDING'),
                       count(*) FILTER (WHERE state = 'PARKED')
                  FROM usage_events
                 WHERE occurred_at >= ? AND occurred_at < ? AND state <> 'NOT_BILLED'
                 GROUP BY 1, 2 ORDER BY 1, 2 LIMIT ?
                """,
                (row, n) -> new UsageBoard.Total(
                        row.getString(1),
                        row.getString(2),
                        row.getBigDecimal(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6)),
                utc(from),
                utc(to),
                limit);
    }

    /** What this hub owes for [from, to), by tenant, resource and hour. */
    @Transactional(readOnly = true)
    public Map<Tally.Cell, Owed> digest(Instant from, Instant to) {
        Map<Tally.Cell, Owed> owed = new HashMap<>();
        jdbc.query(
                """
                SELECT tenant_id, resource_type, date_trunc('hour', occurred_at, 'UTC'), state, count(*), sum(quantity),
                       coalesce(sum(quantity) FILTER (WHERE quantity < 0), 0)
                  FROM usage_events
                 WHERE occurred_at >= ? AND occurred_at < ? AND state <> 'NOT_BILLED'
                 GROUP BY 1, 2, 3, 4
                """,
                row -> {
                    Tally tally = new Tally(row.getLong(5), row.getBigDecimal(6), row.getBigDecimal(7));
                    owed.merge(
                            new Tally.Cell(
                                    row.getString(1),
                                    row.getString(2),
                                    row.getTimestamp(3).toInstant()),
                            switch (row.getString(4)) {
                                case "ACKNOWLEDGED" -> new Owed(tally, Tally.NOTHING, Tally.NOTHING);
                                case "PARKED" -> new Owed(Tally.NOTHING, Tally.NOTHING, tally);
                                default -> new Owed(Tally.NOTHING, tally, Tally.NOTHING);
                            },
                            Owed::plus);
                },
                utc(from),
                utc(to));
        return owed;
    }

    private void update(String sql, List<Verdict> verdicts, Instant now) {
        if (verdicts.isEmpty()) {
            return;
        }
        List<Instant> times =
                verdicts.stream().map(v -> v.key().occurredAt()).sorted().toList();
        jdbc.update(connection -> {
            var statement = connection.prepareStatement(sql);
            statement.setObject(1, utc(now));
            statement.setArray(
                    2, array(connection, "text", verdicts, v -> v.key().tenantId()));
            statement.setArray(
                    3,
                    array(connection, "timestamptz", verdicts, v -> utc(v.key().occurredAt())));
            statement.setArray(
                    4, array(connection, "uuid", verdicts, v -> v.key().eventId()));
            statement.setArray(5, array(connection, "text", verdicts, v -> storable(v.error())));
            statement.setObject(6, utc(times.get(0)));
            statement.setObject(7, utc(times.get(times.size() - 1)));
            return statement;
        });
    }

    /** A peer's words, as PostgreSQL can keep them. */
    private static @Nullable String storable(@Nullable String error) {
        if (error == null) {
            return null;
        }
        String clean = error.replaceAll("[\\x00\\p{Cs}]", "?");
        return clean.length() <= 1_000 ? clean : clean.substring(0, 1_000);
    }

    private static java.sql.Array array(
            Connection connection, String type, List<Verdict> verdicts, Function<Verdict, @Nullable Object> column)
            throws SQLException {
        return connection.createArrayOf(type, verdicts.stream().map(column).toArray());
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
