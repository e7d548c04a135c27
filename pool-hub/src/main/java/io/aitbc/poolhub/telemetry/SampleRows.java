package io.aitbc.poolhub.telemetry;

import io.aitbc.gpu.device.GpuDevice;
import io.aitbc.gpu.health.XidEvent;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.RecoveryAction;
import io.aitbc.gpu.telemetry.Signal;
import io.aitbc.gpu.telemetry.ThrottleReason;
import io.aitbc.service.postgres.MonthlyPartitions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Reads what GPUs said. */
@Repository
public class SampleRows {

    private static final String COLUMNS = "s.gpu_uuid, s.miner_id, s.at, s.model, s.driver, s.gpu_index, s.pci_bus_id, "
            + "s." + TelemetryLedger.SIGNALS.replace(", ", ", s.") + ", s.throttle_mask, s.recovery_action";
    private static final int FIRST_SIGNAL = 8;
    private static final int MASK = FIRST_SIGNAL + Signal.values().length;

    private final JdbcTemplate jdbc;
    private final MonthlyPartitions partitions;

    SampleRows(JdbcTemplate jdbc, MonthlyPartitions partitions) {
        // Days of samples do not fit into memory: within a transaction they come in pieces.
        this.jdbc = new JdbcTemplate(Objects.requireNonNull(jdbc.getDataSource()));
        this.jdbc.setFetchSize(5_000);
        this.partitions = partitions;
    }

    /** The oldest transaction that may still write; what those before it wrote can be read. */
    public String horizon() {
        String xid = jdbc.queryForObject("SELECT pg_snapshot_xmin(pg_current_snapshot())::text", String.class);
        return xid == null ? "0" : xid;
    }

    /** Samples that transactions of [from, to) wrote, each GPU's in the order of time. */
    public void written(String from, String to, Consumer<Told> each) {
        jdbc.query(
                "SELECT " + COLUMNS + " FROM gpu_samples s WHERE s.changed_in >= ?::xid8 AND s.changed_in < ?::xid8"
                        + " ORDER BY s.gpu_uuid, s.at",
                row -> {
                    each.accept(told(row));
                },
                from,
                to);
    }

    /** XIDs that transactions of [from, to) wrote, in the order of time, with the tenant of the job where it is known. */
    public List<ToldXid> xidsWritten(String from, String to) {
        return xids("x.changed_in >= ?::xid8 AND x.changed_in < ?::xid8", from, to);
    }

    /** XIDs since an instant that transactions before {@code to} wrote. */
    public List<ToldXid> xidsSince(Instant since, String to) {
        return xids("x.at >= ? AND x.changed_in < ?::xid8", Timestamp.from(since), to);
    }

    /** How often each XID was told, as far back as they are kept. */
    public Map<Integer, Long> xidCounts() {
        Map<Integer, Long> counts = new TreeMap<>();
        jdbc.query("SELECT xid, count(*) FROM gpu_xid_events GROUP BY xid", row -> {
            counts.put(row.getInt(1), row.getLong(2));
        });
        return counts;
    }

    private List<ToldXid> xids(String where, Object... arguments) {
        return jdbc.query(
                """
                SELECT x.miner_id, x.gpu_uuid, x.xid, x.at, x.job_id,
                       COALESCE((SELECT j.tenant_id FROM jobs j WHERE j.job_id = x.job_id),
                                (SELECT o.tenant_id FROM job_outcomes o WHERE o.job_id = x.job_id LIMIT 1))
                FROM gpu_xid_events x WHERE %s ORDER BY x.at
                """.formatted(where),
                (row, n) -> new ToldXid(
                        row.getString(1),
                        new XidEvent(
                                row.getString(2),
                                row.getInt(3),
                                row.getTimestamp(4).toInstant(),
                                row.getString(5),
                                row.getString(6))),
                arguments);
    }

    /** Samples of one GPU from an instant to another, in the order of time; at most so many, the latest. */
    public List<Told> of(String gpuUuid, Instant from, Instant to, int limit) {
        return jdbc.query(
                "SELECT * FROM (SELECT " + COLUMNS
                        + " FROM gpu_samples s WHERE s.gpu_uuid = ? AND s.at >= ? AND s.at < ?"
                        + " ORDER BY s.at DESC LIMIT ?) latest ORDER BY at",
                (row, n) -> told(row),
                gpuUuid,
                Timestamp.from(from),
                Timestamp.from(to),
                limit);
    }

    /** Samples of all GPUs from an instant to another, each GPU's in the order of time. */
    public void between(Instant from, Instant to, Consumer<Told> each) {
        jdbc.query(
                "SELECT " + COLUMNS + " FROM gpu_samples s WHERE s.at >= ? AND s.at < ? ORDER BY s.gpu_uuid, s.at",
                row -> {
                    each.accept(told(row));
                },
                Timestamp.from(from),
                Timestamp.from(to));
    }

    /** The samples of some GPUs at given instants. */
    public void at(Map<String, Instant> moments, Consumer<Told> each) {
        jdbc.query(
                connection -> {
                    var statement = connection.prepareStatement(
                            "SELECT " + COLUMNS + " FROM unnest(?::text[], ?::timestamptz[]) AS m (gpu_uuid, at)"
                                    + " CROSS JOIN LATERAL (SELECT * FROM gpu_samples l WHERE l.gpu_uuid = m.gpu_uuid"
                                    + " AND l.at = m.at LIMIT 1) s");
                    statement.setArray(
                            1, connection.createArrayOf("text", moments.keySet().toArray()));
                    statement.setArray(
                            2,
                            connection.createArrayOf(
                                    "timestamptz",
                                    moments.values().stream()
                                            .map(Instant::toString)
                                            .toArray()));
                    return statement;
                },
                row -> {
                    each.accept(told(row));
                });
    }

    /** Drops whole months of samples that ended before an instant, and single XIDs. */
    public void forgetBefore(Instant limit) {
        partitions.dropBefore("gpu_samples", limit, null);
        jdbc.update("DELETE FROM gpu_xid_events WHERE at < ?", Timestamp.from(limit));
        jdbc.update("DELETE FROM miner_commands WHERE state <> 'PENDING' AND created_at < ?", Timestamp.from(limit));
    }

    private static Told told(ResultSet row) throws SQLException {
        GpuDevice device = new GpuDevice(
                row.getString(1),
                row.getString(4),
                row.getString(5),
                (Integer) row.getObject(6),
                row.getString(7),
                null);
        GpuSample.Builder sample = GpuSample.of(device, row.getTimestamp(3).toInstant());
        Signal[] signals = Signal.values();
        for (int i = 0; i < signals.length; i++) {
            double value = row.getDouble(FIRST_SIGNAL + i);
            if (!row.wasNull()) {
                sample.set(signals[i], value);
            }
        }
        int mask = row.getInt(MASK);
        if (!row.wasNull()) {
            sample.throttleReasons(ThrottleReason.ofMask(mask));
        }
        String recovery = row.getString(MASK + 1);
        if (recovery != null) {
            RecoveryAction.named(recovery).ifPresent(sample::recoveryAction);
        }
        return new Told(row.getString(2), sample.build());
    }
}
