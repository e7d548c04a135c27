package io.aitbc.poolhub.miner;

import java.sql.Timestamp;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;

/**
 * A stretch of time in which a miner was in one state.
 *
 * @param endedAt null while it lasts
 * @param source {@code hub} for what this hub saw, {@code import} for what it was told
 */
public record StateInterval(
        MinerState state,
        Instant startedAt,
        @Nullable Instant endedAt,
        String source,
        @Nullable String reason,
        @Nullable String actor) {

    static final RowMapper<StateInterval> ROW = (row, n) -> new StateInterval(
            MinerState.valueOf(row.getString(1)),
            row.getTimestamp(2).toInstant(),
            instant(row.getTimestamp(3)),
            row.getString(4),
            row.getString(5),
            row.getString(6));

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
