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

    /** Whether it beats and has jobs, by its own word or by the pool's. */
    boolean isWorking(String minerId, Instant now) {
        return Boolean.TRUE.equals(jdbc.queryForObject("""
                SELECT EXISTS (SELECT 1 FROM miner_status s WHERE s.miner_id = ? AND s.down_after > ?
                               AND (s.current_jobs > 0 OR EXISTS (SELECT 1 FROM job_attempts a
                                                                  WHERE a.miner_id = s.miner_id AND a.state <> 'ENDED')))
                """, Boolean.class, minerId, StateIntervals.utc(now)));
    }

    /** Draining miners that have finished or fallen silent. */
    List<String> drained(Instant now) {
        return jdbc.queryForList("""
                SELECT m.miner_id FROM miners m JOIN miner_status s USING (miner_id)
                WHERE m.enrollment = 'DRAINING'
                  AND (coalesce(s.down_after, '-infinity') < ?
                       OR s.current_jobs = 0 AND NOT EXISTS (SELECT 1 FROM job_attempts a
                                                             WHERE a.miner_id = m.miner_id AND a.state <> 'ENDED'))
                """, String.class, StateIntervals.utc(now));
    }
}
