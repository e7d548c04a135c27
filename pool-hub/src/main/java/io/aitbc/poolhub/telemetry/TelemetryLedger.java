package io.aitbc.poolhub.telemetry;

import io.aitbc.gpu.device.GpuDevice;
import io.aitbc.gpu.health.XidEvent;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.RecoveryAction;
import io.aitbc.gpu.telemetry.Signal;
import io.aitbc.service.postgres.BinaryCopy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Writes telemetry within the transaction of the heartbeat that brought it. */
@Repository
public class TelemetryLedger {

    /** The columns of the signals, in their order. */
    static final String SIGNALS =
            Arrays.stream(Signal.values()).map(Signal::wireName).collect(Collectors.joining(", "));

    private static final String COPY =
            "COPY gpu_samples (gpu_uuid, miner_id, at, model, driver, gpu_index, pci_bus_id, " + SIGNALS
                    + ", throttle_mask, recovery_action) FROM STDIN (FORMAT binary)";
    private static final int FIELDS = 9 + Signal.values().length;

    private final JdbcTemplate jdbc;
    private final Clock clock;

    TelemetryLedger(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Writes what some miners said. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void write(List<Telemetry> said) {
        if (said.stream().anyMatch(telemetry -> !telemetry.samples().isEmpty())) {
            jdbc.execute((ConnectionCallback<Void>) connection -> {
                copy(connection, said);
                return null;
            });
        }
        said.forEach(telemetry -> {
            if (!telemetry.xids().isEmpty()) {
                xids(telemetry);
            }
            if (!telemetry.results().isEmpty()) {
                results(telemetry);
            }
        });
    }

    private static void copy(Connection connection, List<Telemetry> said) throws SQLException {
        try (BinaryCopy rows = BinaryCopy.into(connection, COPY)) {
            for (Telemetry telemetry : said) {
                for (GpuSample sample : telemetry.samples()) {
                    row(rows.row(FIELDS), telemetry.minerId(), sample);
                }
            }
            rows.finish();
        }
    }

    private static void row(BinaryCopy row, String minerId, GpuSample sample) {
        GpuDevice device = sample.device();
        row.text(device.uuid())
                .text(minerId)
                .time(sample.at())
                .text(device.model())
                .text(device.driver())
                .integer(device.index())
                .text(device.pciBusId());
        for (Signal signal : Signal.values()) {
            row.float8IfKnown(sample.value(signal));
        }
        row.integer(sample.throttleMask() < 0 ? null : sample.throttleMask());
        row.text(sample.recoveryAction().map(RecoveryAction::wireName).orElse(null));
    }

    private void xids(Telemetry telemetry) {
        jdbc.batchUpdate(
                "INSERT INTO gpu_xid_events (gpu_uuid, at, xid, miner_id, job_id) VALUES (?, ?, ?, ?, ?)"
                        + " ON CONFLICT DO NOTHING",
                telemetry.xids(),
                telemetry.xids().size(),
                (statement, event) -> set(statement, telemetry.minerId(), event));
    }

    private static void set(PreparedStatement statement, String minerId, XidEvent event) throws SQLException {
        statement.setString(1, event.gpuUuid());
        statement.setTimestamp(2, Timestamp.from(event.at()));
        statement.setInt(3, event.xid());
        statement.setString(4, minerId);
        statement.setString(5, event.jobId());
    }

    /** A miner answers its own commands only, and each once. */
    private void results(Telemetry telemetry) {
        Timestamp now = Timestamp.from(clock.instant());
        jdbc.batchUpdate(
                "UPDATE miner_commands SET state = ?, detail = ?, answered_at = ?"
                        + " WHERE command_id = ? AND miner_id = ? AND state = 'PENDING'",
                telemetry.results(),
                telemetry.results().size(),
                (statement, result) -> {
                    statement.setString(1, result.state());
                    statement.setString(2, result.detail());
                    statement.setTimestamp(3, now);
                    statement.setObject(4, result.commandId());
                    statement.setString(5, telemetry.minerId());
                });
    }
}
