package io.aitbc.poolhub.miner;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** {@code miner_state_intervals}: the one truth about who was up. All changes to it go through here. */
@Repository
public class StateIntervals {

    /** A miner enters a state at an instant; before that it was silent since {@code downFrom}, unless that is null. */
    record Transition(
            String minerId,
            MinerState state,
            Instant at,
            @org.jspecify.annotations.Nullable Instant downFrom) {}

    private final JdbcTemplate jdbc;

    StateIntervals(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Closes the open interval of every miner that has been silent for too long, and opens DOWN from the instant at which its
     * last heartbeat ceased to count. Set-based and idempotent.
     *
     * @return how many went down
     */
    @Transactional
    public int sweep(Instant now) {
        // A row that is locked is being beaten right now: it is not silent.
        List<Transition> silent = jdbc.query(
                """
                WITH silent AS (
                  SELECT miner_id FROM miner_status
                  WHERE state IN ('UP', 'DEGRADED', 'UNKNOWN') AND down_after < ?
                  ORDER BY miner_id FOR UPDATE SKIP LOCKED
                )
                UPDATE miner_status s SET state = 'DOWN' FROM silent WHERE s.miner_id = silent.miner_id
                RETURNING s.miner_id, s.down_after
                """,
                (row, n) -> new Transition(
                        row.getString(1), MinerState.DOWN, row.getTimestamp(2).toInstant(), null),
                utc(now));
        enter(silent);
        return silent.size();
    }

    /**
     * Ends each miner's open interval and opens the next, within the caller's transaction, which holds the miners' rows of
     * {@code miner_status}. Where the clock jumped back, the change counts from the end of what is known already.
     */
    void enter(Collection<Transition> transitions) {
        if (transitions.isEmpty()) {
            return;
        }
        List<Transition> all = transitions.stream()
                .sorted(Comparator.comparing(Transition::minerId))
                .toList();
        // Rows that would end where they begin say nothing; they go. Then what is open ends, DOWN fills the silence,
        // and the new state begins.
        update("""
                WITH change AS (SELECT * FROM unnest(?::text[], ?::text[], ?::timestamptz[], ?::timestamptz[], ?::uuid[], ?::uuid[])
                                  AS c (miner_id, state, at, down_from, id, down_id))
                DELETE FROM miner_state_intervals i USING change c
                WHERE i.miner_id = c.miner_id AND i.ended_at IS NULL AND i.state <> 'MAINTENANCE'
                  AND i.started_at >= coalesce(c.down_from, c.at)
                """, all);
        update("""
                WITH change AS (SELECT * FROM unnest(?::text[], ?::text[], ?::timestamptz[], ?::timestamptz[], ?::uuid[], ?::uuid[])
                                  AS c (miner_id, state, at, down_from, id, down_id))
                UPDATE miner_state_intervals i SET ended_at = coalesce(c.down_from, c.at) FROM change c
                WHERE i.miner_id = c.miner_id AND i.ended_at IS NULL AND i.state <> 'MAINTENANCE'
                """, all);
        update("""
                WITH change AS (SELECT * FROM unnest(?::text[], ?::text[], ?::timestamptz[], ?::timestamptz[], ?::uuid[], ?::uuid[])
                                  AS c (miner_id, state, at, down_from, id, down_id)),
                known AS (SELECT c.*, greatest(c.at, (SELECT max(i.ended_at) FROM miner_state_intervals i
                                 WHERE i.miner_id = c.miner_id AND i.state <> 'MAINTENANCE')) AS begins FROM change c)
                INSERT INTO miner_state_intervals (id, miner_id, state, started_at, ended_at)
                SELECT down_id, miner_id, 'DOWN', down_from, at FROM known WHERE down_from < at AND begins = at
                UNION ALL
                SELECT id, miner_id, state, begins, NULL FROM known
                """, all);
    }

    private void update(String sql, List<Transition> all) {
        jdbc.update(connection -> {
            var statement = connection.prepareStatement(sql);
            statement.setArray(1, connection.createArrayOf("text", column(all, Transition::minerId)));
            statement.setArray(
                    2,
                    connection.createArrayOf("text", column(all, t -> t.state().name())));
            statement.setArray(3, connection.createArrayOf("timestamptz", column(all, t -> utc(t.at()))));
            statement.setArray(4, connection.createArrayOf("timestamptz", column(all, t -> utc(t.downFrom()))));
            statement.setArray(5, connection.createArrayOf("uuid", column(all, t -> newId())));
            statement.setArray(6, connection.createArrayOf("uuid", column(all, t -> newId())));
            return statement;
        });
    }

    /** Lays agreed downtime over whatever was seen. */
    UUID addMaintenance(String minerId, Instant start, Instant end, String reason, String actor, Instant now) {
        UUID id = newId();
        jdbc.update("""
                INSERT INTO miner_state_intervals (id, miner_id, state, started_at, ended_at, reason, actor)
                VALUES (?, ?, 'MAINTENANCE', ?, ?, ?, ?)
                """, id, minerId, utc(start), utc(end), reason, actor);
        touch(minerId, now);
        return id;
    }

    /** One agreed downtime of a miner, held for the rest of the caller's transaction. */
    Optional<StateInterval> lockMaintenance(String minerId, UUID id) {
        return jdbc.query("SELECT " + StateInterval.COLUMNS + """
                         FROM miner_state_intervals WHERE id = ? AND miner_id = ? AND state = 'MAINTENANCE' FOR UPDATE
                        """, StateInterval.ROW, id, minerId).stream()
                .findFirst();
    }

    /** Takes back what of an agreed downtime lies ahead: all of it, if it has not begun. */
    void endMaintenance(StateInterval agreed, String minerId, Instant now) {
        if (agreed.startedAt().isBefore(now)) {
            jdbc.update("UPDATE miner_state_intervals SET ended_at = ? WHERE id = ?", utc(now), agreed.id());
        } else {
            jdbc.update("DELETE FROM miner_state_intervals WHERE id = ?", agreed.id());
        }
        touch(minerId, now);
    }

    /** Other replicas read again who was touched. */
    private void touch(String minerId, Instant now) {
        jdbc.update("UPDATE miner_status SET touched_at = ? WHERE miner_id = ?", utc(now), minerId);
    }

    /** The intervals of a miner that touch [from, to), oldest first. */
    List<StateInterval> of(String minerId, Instant from, Instant to) {
        return jdbc.query("SELECT " + StateInterval.COLUMNS + """
                 FROM miner_state_intervals
                WHERE miner_id = ? AND started_at < ? AND (ended_at IS NULL OR ended_at > ?)
                ORDER BY started_at, state
                """, StateInterval.ROW, minerId, utc(to), utc(from));
    }

    private static UUID newId() {
        return UuidCreator.getTimeOrderedEpoch();
    }

    private static Object[] column(
            List<Transition> all, Function<Transition, @org.jspecify.annotations.Nullable Object> of) {
        return all.stream().map(of).toArray();
    }

    @org.jspecify.annotations.Nullable
    static OffsetDateTime utc(@org.jspecify.annotations.Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
