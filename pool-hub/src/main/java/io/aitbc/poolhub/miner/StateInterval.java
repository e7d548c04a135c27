package io.aitbc.poolhub.miner;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;

/**
 * A stretch of time in which a miner was in one state.
 *
 * @param id by which agreed downtime is withdrawn
 * @param endedAt null while it lasts
 * @param source {@code hub} for what this hub saw, {@code import} for what it was told
 */
public record StateInterval(
        UUID id,
        MinerState state,
        Instant startedAt,
        @Nullable Instant endedAt,
        String source,
        @Nullable String reason,
        @Nullable String actor) {

    static final String COLUMNS = "id, state, started_at, ended_at, source, reason, actor";

    static final RowMapper<StateInterval> ROW = (row, n) -> new StateInterval(
            row.getObject(1, UUID.class),
            MinerState.valueOf(row.getString(2)),
            row.getTimestamp(3).toInstant(),
            instant(row.getTimestamp(4)),
            row.getString(5),
            row.getString(6),
            row.getString(7));

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
