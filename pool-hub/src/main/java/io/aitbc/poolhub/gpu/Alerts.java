package io.aitbc.poolhub.gpu;

import io.aitbc.gpu.health.Alert;
import io.aitbc.gpu.health.AlertChange;
import io.aitbc.gpu.health.AlertChange.Kind;
import io.aitbc.gpu.rules.Action;
import io.aitbc.gpu.rules.Severity;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Alerts in the database. */
@Repository
public class Alerts {

    /** Whether an alert is over. */
    public enum State {
        FIRING,
        RESOLVED
    }

    /** Which alerts are asked for; null for any. */
    public record Filter(
            @Nullable Boolean open,
            @Nullable Severity severity,
            @Nullable String gpuUuid) {}

    /**
     * An alert as people see it.
     *
     * @param overridden a person released the GPU all the same
     */
    public record View(
            UUID alertId,
            String gpuUuid,
            String minerId,
            String rule,
            Severity severity,
            Action action,
            boolean shadow,
            State state,
            Instant since,
            Instant firedAt,
            Instant lastAt,
            @Nullable Instant resolvedAt,
            @Nullable Double worst,
            int flaps,
            @Nullable String escalatedTo,
            boolean overridden,
            @Nullable String acknowledgedBy,
            @Nullable Instant acknowledgedAt) {}

    private final JdbcTemplate jdbc;

    Alerts(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Writes what became of alerts. One that comes back is no longer overridden. */
    void save(Collection<AlertChange> changes, Map<String, String> minerOfGpu) {
        jdbc.batchUpdate("""
                INSERT INTO gpu_alerts (alert_id, gpu_uuid, miner_id, rule, severity, action, shadow, since, fired_at, last_at,
                                        resolved_at, worst, flaps, escalated_to)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (alert_id) DO UPDATE SET last_at = excluded.last_at, resolved_at = excluded.resolved_at,
                  worst = excluded.worst, flaps = excluded.flaps, escalated_to = excluded.escalated_to,
                  overridden = gpu_alerts.overridden AND NOT ?
                """, changes, 1_000, (statement, change) -> {
            Alert alert = change.alert();
            statement.setObject(1, alert.id());
            statement.setString(2, alert.gpuUuid());
            statement.setString(3, minerOfGpu.getOrDefault(alert.gpuUuid(), ""));
            statement.setString(4, alert.rule());
            statement.setString(5, alert.severity().name());
            statement.setString(6, alert.action().name());
            statement.setBoolean(7, alert.shadow());
            statement.setTimestamp(8, Timestamp.from(alert.since()));
            statement.setTimestamp(9, Timestamp.from(alert.firedAt()));
            statement.setTimestamp(10, Timestamp.from(alert.lastAt()));
            statement.setTimestamp(11, timestamp(alert.resolvedAt()));
            statement.setObject(12, alert.worst(), Types.DOUBLE);
            statement.setInt(13, alert.flaps());
            statement.setString(14, alert.escalatedTo());
            statement.setBoolean(15, change.kind() == Kind.REOPENED);
        });
    }

    /** Alerts that go on: when their rule was broken last, and how badly. */
    void seen(List<Alert> open) {
        jdbc.batchUpdate(
                "UPDATE gpu_alerts SET last_at = ?, worst = ? WHERE alert_id = ? AND last_at < ? AND resolved_at IS NULL",
                open,
                1_000,
                (statement, alert) -> {
                    statement.setTimestamp(1, Timestamp.from(alert.lastAt()));
                    statement.setObject(2, alert.worst(), Types.DOUBLE);
                    statement.setObject(3, alert.id());
                    statement.setTimestamp(4, Timestamp.from(alert.lastAt()));
                });
    }

    /** Open alerts that ask for something, by GPU: no shadows, none that a person overrode. */
    Map<String, List<Alert>> acting() {
        return jdbc
                .query(
                        "SELECT * FROM gpu_alerts WHERE resolved_at IS NULL AND NOT shadow AND NOT overridden",
                        (row, n) -> alert(row))
                .stream()
                .collect(Collectors.groupingBy(Alert::gpuUuid));
    }

    /** How many alerts of a rule are open. */
    record Active(String rule, String severity, long alerts) {}

    /** How many alerts are open by severity, the severest first; those of rules that are only tried out are left out. */
    public Map<Severity, Integer> firing() {
        Map<Severity, Integer> firing = new TreeMap<>(Comparator.reverseOrder());
        active().forEach(one -> firing.merge(Severity.valueOf(one.severity()), (int) one.alerts(), Integer::sum));
        return firing;
    }

    List<Active> active() {
        return jdbc.query(
                "SELECT rule, severity, count(*) FROM gpu_alerts WHERE resolved_at IS NULL AND NOT shadow GROUP BY 1, 2",
                (row, n) -> new Active(row.getString(1), row.getString(2), row.getLong(3)));
    }

    /** A person releases a GPU: what is open about it asks for nothing any more. */
    int override(String gpuUuid) {
        return jdbc.update(
                "UPDATE gpu_alerts SET overridden = true WHERE gpu_uuid = ? AND resolved_at IS NULL", gpuUuid);
    }

    /** The latest first, from before a moment and an id; null for the beginning. */
    public List<View> list(Filter filter, @Nullable Instant before, @Nullable UUID beforeId, int limit) {
        List<Object> arguments = new ArrayList<>();
        StringBuilder where = new StringBuilder("true");
        if (filter.open() != null) {
            where.append(filter.open() ? " AND resolved_at IS NULL" : " AND resolved_at IS NOT NULL");
        }
        if (filter.severity() != null) {
            where.append(" AND severity = ?");
            arguments.add(filter.severity().name());
        }
        if (filter.gpuUuid() != null) {
            where.append(" AND gpu_uuid = ?");
            arguments.add(filter.gpuUuid());
        }
        if (before != null) {
            where.append(" AND (fired_at, alert_id) < (?, ?)");
            arguments.add(Timestamp.from(before));
            arguments.add(beforeId);
        }
        arguments.add(limit);
        return jdbc.query(
                "SELECT * FROM gpu_alerts WHERE " + where + " ORDER BY fired_at DESC, alert_id DESC LIMIT ?",
                (row, n) -> view(row),
                arguments.toArray());
    }

    Optional<View> find(UUID id) {
        return jdbc.query("SELECT * FROM gpu_alerts WHERE alert_id = ?", (row, n) -> view(row), id).stream()
                .findFirst();
    }

    /** The first acknowledgement stays. */
    void acknowledge(UUID id, String actor, Instant at) {
        jdbc.update(
                "UPDATE gpu_alerts SET acknowledged_by = ?, acknowledged_at = ? WHERE alert_id = ? AND acknowledged_at IS NULL",
                actor,
                Timestamp.from(at),
                id);
    }

    private static Alert alert(ResultSet row) throws SQLException {
        return new Alert(
                row.getObject("alert_id", UUID.class),
                row.getString("gpu_uuid"),
                row.getString("rule"),
                Severity.valueOf(row.getString("severity")),
                Action.valueOf(row.getString("action")),
                row.getBoolean("shadow"),
                row.getTimestamp("since").toInstant(),
                row.getTimestamp("fired_at").toInstant(),
                row.getTimestamp("last_at").toInstant(),
                instant(row.getTimestamp("resolved_at")),
                (Double) row.getObject("worst"),
                row.getInt("flaps"),
                row.getString("escalated_to"));
    }

    private static View view(ResultSet row) throws SQLException {
        Alert alert = alert(row);
        return new View(
                alert.id(),
                alert.gpuUuid(),
                row.getString("miner_id"),
                alert.rule(),
                alert.severity(),
                alert.action(),
                alert.shadow(),
                alert.isOpen() ? State.FIRING : State.RESOLVED,
                alert.since(),
                alert.firedAt(),
                alert.lastAt(),
                alert.resolvedAt(),
                alert.worst(),
                alert.flaps(),
                alert.escalatedTo(),
                row.getBoolean("overridden"),
                row.getString("acknowledged_by"),
                instant(row.getTimestamp("acknowledged_at")));
    }

    private static @Nullable Timestamp timestamp(@Nullable Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
