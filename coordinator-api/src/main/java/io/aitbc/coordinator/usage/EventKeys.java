package io.aitbc.coordinator.usage;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** The names of all events that are in the ledger, whatever their month: what makes each count once. */
@Repository
class EventKeys {

    // The order of the array is the order of the row locks: the same in every transaction, so that none waits in a
    // circle.
    private static final String CLAIM = """
            INSERT INTO usage_event_keys (key, content, occurred_at)
            SELECT key, content, timestamptz 'epoch' + micros * interval '1 microsecond'
            FROM unnest(?, ?, ?) AS event (key, content, micros)
            ON CONFLICT (key) DO NOTHING
            RETURNING key
            """;

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
        List<UsageEvent> sorted =
                events.stream().sorted(Comparator.comparing(UsageEvent::key)).toList();
        Set<UUID> claimed = jdbc.execute((ConnectionCallback<Set<UUID>>) connection -> claim(connection, sorted));
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

    /** Gives back keys that this transaction claimed for events which then broke a rule. */
    void release(Collection<UUID> keys) {
        if (!keys.isEmpty()) {
            jdbc.update("DELETE FROM usage_event_keys WHERE key = ANY (?::uuid[])", (Object) keys.toArray(UUID[]::new));
        }
    }

    private static Set<UUID> claim(Connection connection, List<UsageEvent> sorted) throws SQLException {
        int count = sorted.size();
        UUID[] keys = new UUID[count];
        Long[] contents = new Long[count];
        Long[] micros = new Long[count];
        for (int i = 0; i < count; i++) {
            UsageEvent event = sorted.get(i);
            keys[i] = event.key();
            contents[i] = event.content();
            micros[i] = Times.micros(event.occurredAt());
        }
        Set<UUID> claimed = new HashSet<>(count * 2);
        try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
            Array keyArray = connection.createArrayOf("uuid", keys);
            Array contentArray = connection.createArrayOf("int8", contents);
            Array microsArray = connection.createArrayOf("int8", micros);
            statement.setArray(1, keyArray);
            statement.setArray(2, contentArray);
            statement.setArray(3, microsArray);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    claimed.add(rows.getObject(1, UUID.class));
                }
            }
        }
        return claimed;
    }
}
