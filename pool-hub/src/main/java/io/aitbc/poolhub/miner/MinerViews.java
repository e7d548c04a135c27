package io.aitbc.poolhub.miner;

import io.aitbc.service.web.Page;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Miners as lists show them. */
@Repository
class MinerViews {

    /** What a list is narrowed to; null does not narrow. */
    record Filter(
            @Nullable MinerState state,
            @Nullable String region,
            @Nullable String gpu) {}

    private static final String SELECT = """
            SELECT m.miner_id, m.enrollment, coalesce(w.state, s.state) AS state, s.last_heartbeat_at, s.reported_status, s.current_jobs, s.queue_len,
                   s.eta_ms, m.addr, m.proto, m.gpu_name, m.gpu_vram_gb, m.gpu_count, m.cpu_cores, m.ram_gb, m.max_parallel,
                   m.base_price, m.tags::text, m.capabilities, m.region, m.chain_id, m.wallet_address, m.registered_at,
                   m.updated_at
            FROM miners m JOIN miner_status s USING (miner_id)
            LEFT JOIN (SELECT DISTINCT miner_id, state FROM miner_state_intervals
                       WHERE state = 'MAINTENANCE' AND started_at <= :now AND ended_at > :now) w USING (miner_id)
            """;

    private final JdbcClient jdbc;
    private final Clock clock;

    MinerViews(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    Optional<MinerView> find(String minerId) {
        return jdbc.sql(SELECT + " WHERE m.miner_id = :id")
                .param("now", Timestamp.from(clock.instant()))
                .param("id", minerId)
                .query((row, n) -> view(row))
                .optional();
    }

    Page<MinerView> list(Filter filter, String after, int limit) {
        List<MinerView> found = jdbc.sql(SELECT + """
                         WHERE m.miner_id > :after AND m.enrollment <> 'REMOVED'
                           AND (:state::text IS NULL OR coalesce(w.state, s.state) = :state)
                           AND (:region::text IS NULL OR m.region = :region)
                           AND (:gpu::text IS NULL OR m.gpu_name ILIKE '%' || :gpu || '%')
                         ORDER BY m.miner_id LIMIT :limit
                        """)
                .param("now", Timestamp.from(clock.instant()))
                .param("after", after)
                .param("state", filter.state() == null ? null : filter.state().name())
                .param("region", filter.region())
                .param("gpu", filter.gpu())
                .param("limit", limit + 1)
                .query((row, n) -> view(row))
                .list();
        boolean more = found.size() > limit;
        List<MinerView> page = more ? found.subList(0, limit) : found;
        return new Page<>(page, more ? page.get(limit - 1).minerId() : null);
    }

    private static MinerView view(ResultSet row) throws SQLException {
        return new MinerView(
                row.getString(1),
                Enrollment.valueOf(row.getString(2)),
                MinerState.valueOf(row.getString(3)),
                instant(row.getTimestamp(4)),
                row.getString(5),
                row.getInt(6),
                row.getInt(7),
                row.getObject(8) == null ? null : row.getDouble(8),
                row.getString(9),
                row.getString(10),
                row.getString(11),
                row.getBigDecimal(12),
                row.getInt(13),
                row.getObject(14) == null ? null : row.getInt(14),
                row.getBigDecimal(15),
                row.getInt(16),
                row.getBigDecimal(17),
                row.getString(18),
                List.of((String[]) row.getArray(19).getArray()),
                row.getString(20),
                row.getString(21),
                row.getString(22),
                row.getTimestamp(23).toInstant(),
                row.getTimestamp(24).toInstant());
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
