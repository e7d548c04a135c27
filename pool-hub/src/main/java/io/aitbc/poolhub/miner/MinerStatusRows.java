package io.aitbc.poolhub.miner;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** The narrow row per miner that heartbeats rewrite. */
@Repository
class MinerStatusRows {

    private final JdbcTemplate jdbc;

    MinerStatusRows(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Makes callers that register the same id take turns, until the end of the transaction. */
    void lockId(String minerId) {
        jdbc.queryForList("SELECT pg_advisory_xact_lock(hashtextextended(?, 1))::text", minerId);
    }

    void add(String minerId) {
        jdbc.update("INSERT INTO miner_status (miner_id, state) VALUES (?, 'NOT_ENROLLED')", minerId);
    }

    void set(String minerId, MinerState state, @Nullable Instant downAfter) {
        jdbc.update(
                "UPDATE miner_status SET state = ?, down_after = ? WHERE miner_id = ?",
                state.name(),
                StateIntervals.utc(downAfter),
                minerId);
    }

    /** Whether it beats and has jobs. */
    boolean isWorking(String minerId, Instant now) {
        return Boolean.TRUE.equals(jdbc.queryForObject(
                "SELECT EXISTS (SELECT 1 FROM miner_status WHERE miner_id = ? AND current_jobs > 0 AND down_after > ?)",
                Boolean.class,
                minerId,
                StateIntervals.utc(now)));
    }

    /** Draining miners that have finished or fallen silent. */
    List<String> drained(Instant now) {
        return jdbc.queryForList("""
                SELECT miner_id FROM miners JOIN miner_status USING (miner_id)
                WHERE enrollment = 'DRAINING' AND (current_jobs = 0 OR coalesce(down_after, '-infinity') < ?)
                """, String.class, StateIntervals.utc(now));
    }
}
