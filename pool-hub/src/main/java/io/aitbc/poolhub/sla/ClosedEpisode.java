package io.aitbc.poolhub.sla;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;

/**
 * An episode that is over, in the coordinator's words.
 *
 * @param revision 1 when it was over, 2 when it was excused: the higher one counts
 * @param startedAt when a collection first found the metric out of its level
 * @param endedAt when a collection found it within again, or when it was excused while it lasted
 * @param worst the worst value within
 * @param evidence JSON; what lies behind an uptime: for how long, and when, the miner was really not up
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ClosedEpisode(
        UUID episodeId,
        int revision,
        String status,
        String minerId,
        String metric,
        double threshold,
        double worst,
        String severity,
        Instant startedAt,
        Instant endedAt,
        @Nullable String excuseReason,
        @Nullable String excusedBy,
        @Nullable Instant excusedAt,
        @JsonRawValue @Nullable String evidence) {

    static final RowMapper<ClosedEpisode> ROW = (row, n) -> new ClosedEpisode(
            row.getObject("id", UUID.class),
            row.getString("status").equals("EXCUSED") ? 2 : 1,
            row.getString("status"),
            row.getString("miner_id"),
            row.getString("violation_type"),
            row.getDouble("threshold"),
            row.getDouble("metric_value"),
            row.getString("severity"),
            row.getTimestamp("created_at").toInstant(),
            row.getTimestamp("resolved_at").toInstant(),
            row.getString("excuse_reason"),
            row.getString("excused_by"),
            instant(row.getTimestamp("excused_at")),
            row.getString("evidence"));

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
