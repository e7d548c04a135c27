package io.aitbc.poolhub.capacity;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.poolhub.coordinator.CoordinatorSettings;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** When demand was above the threshold; one episode at a time. */
@Repository
public class AlertEpisodes {

    /** So many snapshots on end below the threshold end an episode: one quiet moment does not. */
    private static final int CALM = 3;

    private static final Duration AFTER_REFUSAL = Duration.ofMinutes(5);

    private final JdbcTemplate jdbc;
    private final AlertSettings settings;
    private final CoordinatorSettings coordinator;

    AlertEpisodes(JdbcTemplate jdbc, AlertSettings settings, CoordinatorSettings coordinator) {
        this.jdbc = jdbc;
        this.settings = settings;
        this.coordinator = coordinator;
    }

    /** What a snapshot says. */
    @Transactional
    public void observe(double demandPct, Instant now) {
        AlertSettings.Configured configured = settings.current();
        boolean high = demandPct >= configured.thresholdPct();
        if (high) {
            jdbc.update(
                    """
                    INSERT INTO capacity_alert_episodes (id, pool_id, threshold_pct, opened_at, opened_pct, peak_pct, notification_email)
                    VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT ((true)) WHERE resolved_at IS NULL DO NOTHING
                    """,
                    UuidCreator.getTimeOrderedEpoch(),
                    coordinator.poolId(),
                    configured.thresholdPct(),
                    utc(now),
                    demandPct,
                    demandPct,
                    configured.notificationEmail());
        }
        jdbc.update("""
                UPDATE capacity_alert_episodes SET peak_pct = greatest(peak_pct, ?), calm = CASE WHEN ? THEN 0 ELSE calm + 1 END,
                  resolved_at = CASE WHEN NOT ? AND calm + 1 >= ? THEN ?::timestamptz END
                WHERE resolved_at IS NULL
                """, demandPct, high, high, CALM, utc(now));
    }

    /** The latest first. */
    public List<AlertEpisode> latest(int limit) {
        return jdbc.query(
                "SELECT * FROM capacity_alert_episodes ORDER BY opened_at DESC, id DESC LIMIT ?",
                (row, n) -> episode(row),
                limit);
    }

    /** Of whose beginning or end nobody was told yet, oldest first; one that was refused waits a while. */
    List<AlertEpisode> untold(Instant now, int limit) {
        return jdbc.query("""
                SELECT * FROM capacity_alert_episodes
                WHERE (opening_told_at IS NULL OR resolved_at IS NOT NULL AND resolution_told_at IS NULL)
                  AND (tell_again_at IS NULL OR tell_again_at <= ?)
                ORDER BY opened_at LIMIT ?
                """, (row, n) -> episode(row), utc(now), limit);
    }

    /** That it began was told now, or was refused with these words. */
    void openingTold(UUID id, Instant now, @Nullable String error) {
        told("opening_told_at", id, now, error);
    }

    /** That it is over was told now, or was refused with these words. */
    void resolutionTold(UUID id, Instant now, @Nullable String error) {
        told("resolution_told_at", id, now, error);
    }

    private void told(String column, UUID id, Instant now, @Nullable String error) {
        jdbc.update(
                "UPDATE capacity_alert_episodes SET " + column + " = ?, tell_error = ?, tell_again_at = ? WHERE id = ?",
                error == null ? utc(now) : null,
                error,
                error == null ? null : utc(now.plus(AFTER_REFUSAL)),
                id);
    }

    private static AlertEpisode episode(ResultSet row) throws SQLException {
        return new AlertEpisode(
                row.getObject("id", UUID.class),
                row.getString("pool_id"),
                row.getDouble("threshold_pct"),
                row.getObject("opened_at", OffsetDateTime.class).toInstant(),
                row.getDouble("opened_pct"),
                row.getDouble("peak_pct"),
                instant(row, "resolved_at"),
                row.getString("notification_email"),
                instant(row, "opening_told_at"),
                instant(row, "resolution_told_at"),
                row.getString("tell_error"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
