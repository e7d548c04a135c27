package io.aitbc.coordinator.usage;

import io.aitbc.service.postgres.BinaryCopy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postgresql.util.PSQLState;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** The names of all events that are in the ledger, whatever their month: what makes each count once. */
@Repository
class EventKeys {

    private static final String COPY = "COPY usage_event_keys (key, content, occurred_at) FROM STDIN (FORMAT binary)";
    private static final int SAMPLE = 16;
    private static final int WORTH_A_COPY = 100;

    private final JdbcTemplate jdbc;

    EventKeys(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Claims the keys of these events for this transaction, waiting for others that are claiming the same ones.
     *
     * @param events at most one per key
     * @return the keys that are new: exactly the events to be added to the ledger
     */
    Set<UUID> claim(Collection<UsageEvent> events) {
        // In the order of the keys, and so of the row locks: the same in every transaction, that none waits in a
        // circle.
        List<UsageEvent> sorted =
                events.stream().sorted(Comparator.comparing(UsageEvent::key)).toList();
        Set<UUID> claimed = jdbc.execute((ConnectionCallback<Set<UUID>>) connection -> {
            // Large requests bring mostly new events, and COPY takes those at twice the speed of INSERT.
            if (sorted.size() >= WORTH_A_COPY
                    && !anyOfASampleIsKnown(connection, sorted)
                    && copied(connection, sorted)) {
                return sorted.stream().map(UsageEvent::key).collect(Collectors.toSet());
            }
            return inserted(connection, sorted);
        });
        return claimed == null ? Set.of() : claimed;
    }

    /** The content hashes of those of the keys that are stored. */
    Map<UUID, Long> contents(Collection<UUID> keys) {
        Map<UUID, Long> found = new HashMap<>();
        jdbc.query(
                "SELECT key, content FROM usage_event_keys WHERE key = ANY (?::uuid[])",
                row -> {
                    found.put(row.getObject(1, UUID.class), row.getLong(2));
                },
                (Object) keys.toArray(UUID[]::new));
        return found;
    }

    /** Notes where in time the rows of these events are now: an event that takes another back stands beside it. */
    void moved(Collection<UsageEvent> events) {
        if (!events.isEmpty()) {
            jdbc.update(
                    """
                    UPDATE usage_event_keys k
                    SET occurred_at = timestamptz 'epoch' + event.micros * interval '1 microsecond'
                    FROM unnest(?::uuid[], ?::bigint[]) AS event (key, micros) WHERE k.key = event.key
                    """,
                    events.stream().map(UsageEvent::key).toArray(UUID[]::new),
                    events.stream()
                            .map(event -> Times.micros(event.occurredAt()))
                            .toArray(Long[]::new));
        }
    }

    /** Gives back keys that this transaction claimed for events which then broke a rule. */
    void release(Collection<UUID> keys) {
        if (!keys.isEmpty()) {
            jdbc.update("DELETE FROM usage_event_keys WHERE key = ANY (?::uuid[])", (Object) keys.toArray(UUID[]::new));
        }
    }

    /** Tells a request that is sent again, the usual reason for known keys, before COPY runs into it. */
    private static boolean anyOfASampleIsKnown(Connection connection, List<UsageEvent> sorted) throws SQLException {
        int step = Math.max(1, sorted.size() / SAMPLE);
        UUID[] sample = Stream.iterate(0, i -> i < sorted.size(), i -> i + step)
                .map(i -> sorted.get(i).key())
                .toArray(UUID[]::new);
        // Not LIMIT 1: that tempts the planner into reading the whole table in the hope of an early hit.
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT count(*) FROM usage_event_keys WHERE key = ANY (?)")) {
            statement.setArray(1, connection.createArrayOf("uuid", sample));
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getLong(1) > 0;
            }
        }
    }

    /** False, and nothing done, when any key is known. */
    private static boolean copied(Connection connection, List<UsageEvent> sorted) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try (BinaryCopy rows = BinaryCopy.into(connection, COPY)) {
            for (UsageEvent event : sorted) {
                rows.row(3).uuid(event.key()).bigint(event.content()).time(event.occurredAt());
            }
            rows.finish();
            connection.releaseSavepoint(before);
            return true;
        } catch (SQLException e) {
            if (PSQLState.UNIQUE_VIOLATION.getState().equals(e.getSQLState())) {
                connection.rollback(before);
                return false;
            }
            throw e;
        }
    }

    private static Set<UUID> inserted(Connection connection, List<UsageEvent> sorted) throws SQLException {
        UUID[] keys = sorted.stream().map(UsageEvent::key).toArray(UUID[]::new);
        Long[] contents = sorted.stream().map(UsageEvent::content).toArray(Long[]::new);
        Long[] micros =
                sorted.stream().map(event -> Times.micros(event.occurredAt())).toArray(Long[]::new);
        Set<UUID> claimed = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                INSERT INTO usage_event_keys (key, content, occurred_at)
                SELECT key, content, timestamptz 'epoch' + micros * interval '1 microsecond'
                FROM unnest(?, ?, ?) AS event (key, content, micros)
                ON CONFLICT (key) DO NOTHING
                RETURNING key
                """)) {
            statement.setArray(1, connection.createArrayOf("uuid", keys));
            statement.setArray(2, connection.createArrayOf("int8", contents));
            statement.setArray(3, connection.createArrayOf("int8", micros));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    claimed.add(rows.getObject(1, UUID.class));
                }
            }
        }
        return claimed;
    }
}
