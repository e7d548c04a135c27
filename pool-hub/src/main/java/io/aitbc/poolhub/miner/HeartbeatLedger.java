package io.aitbc.poolhub.miner;

import io.aitbc.poolhub.miner.StateIntervals.Transition;
import io.aitbc.poolhub.telemetry.Telemetry;
import io.aitbc.poolhub.telemetry.TelemetryLedger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** Writes heartbeats: one statement for a whole batch, and intervals only for miners whose state changes. */
@Repository
class HeartbeatLedger {

    // Rows are locked in the order of their keys, so that two replicas never wait for each other. Only rows whose state
    // changes come back: usually none. Who is not enrolled (any more) stays so, also when its removal came in between.
    // A miner's time never runs back, whatever the clock does.
    private static final String WRITE = """
            WITH beat AS (
              SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::int[], ?::int[], ?::real[], ?::bigint[], ?::bigint[],
                                   ?::float8[])
                AS b (miner_id, state, reported, current_jobs, queue_len, gpu, used, total, eta)
            ), previous AS (
              SELECT s.miner_id, s.state, s.down_after FROM miner_status s
              WHERE s.miner_id = ANY (?::text[]) AND s.state <> 'NOT_ENROLLED' ORDER BY s.miner_id FOR NO KEY UPDATE
            ), written AS (
              UPDATE miner_status s
              SET state = b.state, last_heartbeat_at = greatest(s.last_heartbeat_at, ?::timestamptz),
                  down_after = greatest(s.down_after, ?::timestamptz), reported_status = b.reported,
                  current_jobs = b.current_jobs, queue_len = b.queue_len,
                  gpu_utilization = coalesce(b.gpu, s.gpu_utilization), memory_used = coalesce(b.used, s.memory_used),
                  memory_total = coalesce(b.total, s.memory_total), eta_ms = coalesce(b.eta, s.eta_ms)
              FROM beat b JOIN previous p USING (miner_id)
              WHERE s.miner_id = b.miner_id
              RETURNING s.miner_id, b.state, p.state AS was, p.down_after AS silent_from, s.last_heartbeat_at AS at
            )
            SELECT miner_id, state, was, silent_from, at FROM written
            WHERE was <> state OR silent_from IS NULL OR silent_from < at
            """;

    private final JdbcTemplate jdbc;
    private final StateIntervals intervals;
    private final TelemetryLedger telemetry;
    private final Duration grace;
    private final Clock clock;

    HeartbeatLedger(
            JdbcTemplate jdbc,
            StateIntervals intervals,
            TelemetryLedger telemetry,
            MinerSettings settings,
            Clock clock) {
        this.jdbc = jdbc;
        this.intervals = intervals;
        this.telemetry = telemetry;
        this.grace = settings.grace();
        this.clock = clock;
    }

    /** Writes a batch in one transaction; the answers are the instants until which each miner now counts as up. */
    @Transactional
    public List<Instant> write(List<Beat> beats) {
        // As the database keeps it: what is remembered of a heartbeat must equal what is read of it.
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Map<String, Beat> latest = new TreeMap<>();
        beats.forEach(beat -> latest.put(beat.minerId(), beat));
        intervals.enter(changes(List.copyOf(latest.values()), now));
        List<Telemetry> said = beats.stream()
                .map(Beat::telemetry)
                .filter(telemetry -> !telemetry.isEmpty())
                .toList();
        if (!said.isEmpty()) {
            telemetry.write(said);
        }
        Instant until = now.plus(grace);
        return beats.stream().map(beat -> until).toList();
    }

    private List<Transition> changes(List<Beat> beats, Instant now) {
        List<Transition> changes = new ArrayList<>();
        OffsetDateTime at = StateIntervals.utc(now);
        jdbc.query(
                connection -> {
                    var statement = connection.prepareStatement(WRITE);
                    int p = 0;
                    statement.setArray(++p, array(connection, "text", beats, Beat::minerId));
                    statement.setArray(
                            ++p, array(connection, "text", beats, b -> b.state().name()));
                    statement.setArray(++p, array(connection, "text", beats, Beat::status));
                    statement.setArray(++p, array(connection, "int4", beats, Beat::currentJobs));
                    statement.setArray(++p, array(connection, "int4", beats, Beat::queueLen));
                    statement.setArray(++p, array(connection, "float4", beats, b -> real(b.gpuUtilization())));
                    statement.setArray(++p, array(connection, "int8", beats, Beat::memoryUsed));
                    statement.setArray(++p, array(connection, "int8", beats, Beat::memoryTotal));
                    statement.setArray(++p, array(connection, "float8", beats, Beat::etaMs));
                    statement.setArray(++p, array(connection, "text", beats, Beat::minerId));
                    statement.setObject(++p, at);
                    statement.setObject(++p, StateIntervals.utc(now.plus(grace)));
                    return statement;
                },
                row -> {
                    MinerState was = MinerState.valueOf(row.getString(3));
                    var silentFrom = row.getTimestamp(4);
                    Instant from = row.getTimestamp(5).toInstant();
                    boolean silent = was != MinerState.DOWN
                            && silentFrom != null
                            && silentFrom.toInstant().isBefore(from);
                    changes.add(new Transition(
                            row.getString(1),
                            MinerState.valueOf(row.getString(2)),
                            from,
                            silent ? silentFrom.toInstant() : null));
                });
        return changes;
    }

    private static @Nullable Float real(@Nullable Double value) {
        return value == null ? null : value.floatValue();
    }

    private static java.sql.Array array(
            Connection connection, String type, List<Beat> beats, Function<Beat, @Nullable Object> column)
            throws SQLException {
        return connection.createArrayOf(type, beats.stream().map(column).toArray());
    }
}
