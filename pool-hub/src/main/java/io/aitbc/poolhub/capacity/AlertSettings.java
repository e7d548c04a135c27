package io.aitbc.poolhub.capacity;

import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** When somebody is to be told, and who. */
@Repository
public class AlertSettings {

    /**
     * What holds.
     *
     * @param notificationEmail besides those whom the coordinator's routes name; null for nobody
     * @param updatedAt null while nobody has configured anything
     */
    public record Configured(
            double thresholdPct,
            @Nullable String notificationEmail,
            @Nullable Instant updatedAt) {}

    private final JdbcTemplate jdbc;
    private final CapacitySettings defaults;
    private final AuditLog audit;
    private final Clock clock;

    AlertSettings(JdbcTemplate jdbc, CapacitySettings defaults, AuditLog audit, Clock clock) {
        this.jdbc = jdbc;
        this.defaults = defaults;
        this.audit = audit;
        this.clock = clock;
    }

    /** What was configured last, or the defaults. */
    public Configured current() {
        return jdbc
                .query(
                        "SELECT * FROM capacity_alert_settings",
                        (row, n) -> new Configured(
                                row.getDouble("threshold_pct"),
                                row.getString("notification_email"),
                                row.getObject("updated_at", OffsetDateTime.class)
                                        .toInstant()))
                .stream()
                .findFirst()
                .orElseGet(() -> new Configured(defaults.alertThresholdPct(), null, null));
    }

    @Transactional
    public Configured configure(Caller caller, double thresholdPct, @Nullable String notificationEmail) {
        Configured before = current();
        jdbc.update("""
                INSERT INTO capacity_alert_settings (threshold_pct, notification_email, updated_at, updated_by)
                VALUES (?, ?, ?, ?)
                ON CONFLICT (only_row) DO UPDATE SET threshold_pct = excluded.threshold_pct,
                  notification_email = excluded.notification_email, updated_at = excluded.updated_at,
                  updated_by = excluded.updated_by
                """, thresholdPct, notificationEmail, clock.instant().atOffset(ZoneOffset.UTC), caller.name());
        Configured after = current();
        audit.record(caller, "capacity.alerts", "pool", before, after);
        return after;
    }
}
