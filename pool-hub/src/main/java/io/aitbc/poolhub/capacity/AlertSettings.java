package io.aitbc.poolhub.capacity;

import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
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

    /**
     * Who is to be told, and when.
     *
     * @param thresholdPct demand (running and waiting) against the slots that can work
     * @param notificationEmail besides those whom the coordinator's routes name
     */
    public record Wanted(
            @NotNull @Min(1) @Max(100) @Nullable Double thresholdPct,

            @Email @Size(max = 254) @Pattern(regexp = "[\\x21-\\x7e]+", message = "must be a plain address") @Nullable
            String notificationEmail) {}

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

    /** From now on this holds; it is valid. */
    @Transactional
    public Configured configure(Caller caller, Wanted wanted) {
        Configured before = current();
        jdbc.update(
                """
                INSERT INTO capacity_alert_settings (threshold_pct, notification_email, updated_at, updated_by)
                VALUES (?, ?, ?, ?)
                ON CONFLICT (only_row) DO UPDATE SET threshold_pct = excluded.threshold_pct,
                  notification_email = excluded.notification_email, updated_at = excluded.updated_at,
                  updated_by = excluded.updated_by
                """,
                wanted.thresholdPct(),
                wanted.notificationEmail(),
                clock.instant().atOffset(ZoneOffset.UTC),
                caller.name());
        Configured after = current();
        audit.record(caller, "capacity.alerts", "pool", before, after);
        return after;
    }
}
