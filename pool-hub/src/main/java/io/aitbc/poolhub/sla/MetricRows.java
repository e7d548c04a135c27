package io.aitbc.poolhub.sla;

import com.github.f4b6a3.uuid.factory.standard.TimeOrderedEpochFactory;
import io.aitbc.service.postgres.BinaryCopy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Writes measurements, each as a row of the history and as the current value of its series, in the transaction of the
 * connection. By COPY, which costs a third of INSERT; the current values of so many series are replaced at a time, so that
 * the memory this takes does not grow with the fleet.
 */
final class MetricRows implements AutoCloseable {

    private static final int AT_A_TIME = 10_000;
    private static final String HISTORY = """
            COPY sla_metrics (id, miner_id, metric_type, metric_value, threshold, is_violation, timestamp, metadata)
            FROM STDIN (FORMAT binary)
            """;
    private static final String CURRENT = """
            COPY sla_current (miner_id, metric_type, metric_value, threshold, is_violation, severity, metric_id, recorded_at)
            FROM STDIN (FORMAT binary)
            """;
    private static final String REPLACED = """
            DELETE FROM sla_current c USING unnest(?::text[], ?::text[]) AS r (miner_id, metric_type)
            WHERE c.miner_id = r.miner_id AND c.metric_type = r.metric_type
            """;

    private record Current(
            String minerId,
            String type,
            double value,
            @Nullable String severity,
            UUID id) {}

    private final Connection connection;
    private final Instant now;
    private final ToDoubleFunction<String> thresholds;
    private final boolean anew;
    private final TimeOrderedEpochFactory ids;
    private final List<Current> current = new ArrayList<>();
    private BinaryCopy history;

    /**
     * Begins.
     *
     * @param now the time that all rows get
     * @param thresholds by type
     * @param anew whether the series have no current values, so that there is nothing to replace
     */
    MetricRows(Connection connection, Instant now, ToDoubleFunction<String> thresholds, boolean anew)
            throws SQLException {
        this.connection = connection;
        this.now = now;
        this.thresholds = thresholds;
        this.anew = anew;
        this.ids = TimeOrderedEpochFactory.builder()
                .withClock(Clock.fixed(now, ZoneOffset.UTC))
                .withIncrementPlus1()
                .build();
        this.history = BinaryCopy.into(connection, HISTORY);
    }

    void add(Measured measured) throws SQLException {
        UUID id = ids.create();
        history.row(8)
                .uuid(id)
                .text(measured.minerId().isEmpty() ? null : measured.minerId())
                .text(measured.type())
                .float8(measured.value())
                .float8(thresholds.applyAsDouble(measured.type()))
                .bool(measured.severity() != null)
                .time(now)
                .jsonb(measured.metadata());
        current.add(new Current(measured.minerId(), measured.type(), measured.value(), measured.severity(), id));
        if (current.size() == AT_A_TIME) {
            history.finish();
            replaceCurrent();
            history = BinaryCopy.into(connection, HISTORY);
        }
    }

    void finish() throws SQLException {
        history.finish();
        replaceCurrent();
    }

    /** Takes back what was not finished. */
    @Override
    public void close() throws SQLException {
        history.close();
    }

    private void replaceCurrent() throws SQLException {
        if (!anew) {
            try (PreparedStatement delete = connection.prepareStatement(REPLACED)) {
                delete.setArray(1, array(current.stream().map(Current::minerId).toArray()));
                delete.setArray(2, array(current.stream().map(Current::type).toArray()));
                delete.executeUpdate();
            }
        }
        try (BinaryCopy rows = BinaryCopy.into(connection, CURRENT)) {
            for (Current each : current) {
                rows.row(8)
                        .text(each.minerId())
                        .text(each.type())
                        .float8(each.value())
                        .float8(thresholds.applyAsDouble(each.type()))
                        .bool(each.severity() != null)
                        .text(each.severity())
                        .uuid(each.id())
                        .time(now);
            }
            rows.finish();
        }
        current.clear();
    }

    private java.sql.Array array(Object[] values) throws SQLException {
        return connection.createArrayOf("text", values);
    }
}
