package io.aitbc.poolhub.miner;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Repository;

/** Reads the fleet from the database, whole or one miner. */
@Repository
class FleetRows {

    // Of work that is over, the last heartbeat may still have counted what ended after it.
    private static final String SELECT = """
            SELECT m.miner_id, m.enrollment, s.state, s.down_after, m.addr, m.proto, m.gpu_name, m.gpu_vram_gb, m.gpu_count,
                   m.ram_gb, m.max_parallel, m.base_price, m.capabilities, m.region, s.current_jobs, s.queue_len, s.eta_ms,
                   coalesce(t.successes, 0), coalesce(t.failures, 0), t.updated_at, w.starts, w.ends, s.gpus_out,
                   lower(s.reported_status) = 'draining', coalesce(j.pool, 0), coalesce(j.started, 0), coalesce(j.told, 0),
                   coalesce(l.gpus, 0)
            FROM miners m JOIN miner_status s USING (miner_id) LEFT JOIN miner_trust t USING (miner_id)
            LEFT JOIN (SELECT miner_id, array_agg(started_at ORDER BY started_at) AS starts,
                              array_agg(ended_at ORDER BY started_at) AS ends
                       FROM miner_state_intervals
                       WHERE state = 'MAINTENANCE' AND ended_at > now() - interval '1 minute' %1$s
                       GROUP BY miner_id) w USING (miner_id)
            LEFT JOIN (SELECT miner_id, count(*) FILTER (WHERE a.state <> 'ENDED') AS pool,
                              count(*) FILTER (WHERE a.state <> 'ENDED' AND a.started_at IS NOT NULL) AS started,
                              count(*) FILTER (WHERE a.started_at <= b.last_heartbeat_at
                                               AND (a.state <> 'ENDED' OR a.ended_at > b.last_heartbeat_at)) AS told
                       FROM job_attempts a JOIN miner_status b USING (miner_id)
                       WHERE (a.state <> 'ENDED' OR a.ended_at > now() - interval '10 minutes') %1$s
                       GROUP BY miner_id) j USING (miner_id)
            LEFT JOIN (SELECT l.miner_id, count(*) AS gpus
                       FROM gpu_leases l LEFT JOIN gpus g USING (gpu_uuid)
                       WHERE coalesce(g.state, 'HEALTHY') IN ('HEALTHY', 'DEGRADED') %2$s
                       GROUP BY l.miner_id) l USING (miner_id)
            """;
    private static final String ALL = SELECT.formatted("", "") + " WHERE m.enrollment <> 'REMOVED'";
    private static final String SOME =
            SELECT.formatted("AND miner_id = ANY (?)", "AND l.miner_id = ANY (?)") + " WHERE m.miner_id = ANY (?)";

    // Who was changed, or got, started or ended work since then. What this misses is found when all are read.
    private static final String CHANGED = """
            SELECT miner_id FROM miners WHERE updated_at > :since
            UNION SELECT miner_id FROM miner_status WHERE touched_at > :since
            UNION SELECT miner_id FROM miner_trust WHERE updated_at > :since
            UNION SELECT miner_id FROM job_attempts WHERE ended_at > :since
            UNION SELECT miner_id FROM job_attempts WHERE state <> 'ENDED' AND (assigned_at > :since OR started_at > :since)
            """;
    private static final String BEATEN =
            CHANGED + " UNION SELECT miner_id FROM miner_status WHERE last_heartbeat_at > :since";

    private final JdbcTemplate jdbc;
    private final NamedParameterJdbcTemplate named;

    FleetRows(JdbcTemplate jdbc, NamedParameterJdbcTemplate named) {
        this.jdbc = jdbc;
        this.named = named;
    }

    List<FleetMiner> all() {
        return jdbc.query(ALL, (row, n) -> miner(row));
    }

    /** These miners; who was removed is among them. */
    List<FleetMiner> some(Collection<String> minerIds) {
        return jdbc.query(
                SOME,
                statement -> {
                    var ids = statement.getConnection().createArrayOf("text", minerIds.toArray());
                    for (int i = 1; i <= 4; i++) {
                        statement.setArray(i, ids);
                    }
                },
                (row, n) -> miner(row));
    }

    /**
     * Who has changed since then, by the clocks of the replicas.
     *
     * @param beats whether a heartbeat is a change: not where all heartbeats are known already
     */
    List<String> changedSince(Instant since, boolean beats) {
        return named.queryForList(
                beats ? BEATEN : CHANGED, Map.of("since", since.atOffset(ZoneOffset.UTC)), String.class);
    }

    private static FleetMiner miner(ResultSet row) throws SQLException {
        return new FleetMiner(
                row.getString(1),
                Enrollment.valueOf(row.getString(2)),
                MinerState.valueOf(row.getString(3)),
                instant(row.getTimestamp(4)),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getObject(8) == null ? null : row.getDouble(8),
                row.getInt(9),
                row.getInt(23),
                row.getObject(10) == null ? null : row.getDouble(10),
                row.getInt(11),
                row.getBigDecimal(12),
                // Not Set.of: a miner that says the same twice must not make the fleet unreadable.
                Set.copyOf(List.of((String[]) row.getArray(13).getArray())),
                row.getString(14),
                work(row.getInt(15), row.getInt(25), row.getInt(26), row.getInt(27), row.getInt(28)),
                row.getInt(16),
                row.getObject(17) == null ? null : row.getDouble(17),
                row.getDouble(18),
                row.getDouble(19),
                instant(row.getTimestamp(20)),
                windows(row),
                row.getBoolean(24));
    }

    private static FleetMiner.Work work(int reported, int pool, int started, int told, int gpus) {
        return new FleetMiner.Work(reported, pool, started, Math.max(0, reported - told), gpus);
    }

    private static List<FleetMiner.Window> windows(ResultSet row) throws SQLException {
        List<FleetMiner.Window> windows = new ArrayList<>();
        if (row.getArray(21) != null) {
            Timestamp[] starts = (Timestamp[]) row.getArray(21).getArray();
            Timestamp[] ends = (Timestamp[]) row.getArray(22).getArray();
            for (int i = 0; i < starts.length; i++) {
                windows.add(new FleetMiner.Window(starts[i].toInstant(), ends[i].toInstant()));
            }
        }
        return List.copyOf(windows);
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
