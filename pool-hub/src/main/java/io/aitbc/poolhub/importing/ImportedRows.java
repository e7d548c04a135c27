package io.aitbc.poolhub.importing;

import io.aitbc.poolhub.importing.ImportKind.IntervalRow;
import io.aitbc.poolhub.importing.ImportKind.MatchResultRow;
import io.aitbc.poolhub.importing.ImportKind.OutcomeRow;
import io.aitbc.service.postgres.MonthlyPartitions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Writes imported rows, one statement per call; what is there already stays, and so do rows that would contradict it. */
@Repository
class ImportedRows {

    private final JdbcTemplate jdbc;
    private final MonthlyPartitions partitions;

    ImportedRows(JdbcTemplate jdbc, MonthlyPartitions partitions) {
        this.jdbc = jdbc;
        this.partitions = partitions;
    }

    /** Which of these miners are registered. */
    Set<String> known(Collection<String> minerIds) {
        return new HashSet<>(jdbc.query(
                "SELECT miner_id FROM miners WHERE miner_id = ANY (?)",
                statement -> statement.setArray(1, statement.getConnection().createArrayOf("text", minerIds.toArray())),
                (row, n) -> row.getString(1)));
    }

    /** Which of these ids a table has. */
    Set<UUID> present(String table, Collection<UUID> ids) {
        return new HashSet<>(jdbc.query(
                "SELECT id FROM " + table + " WHERE id = ANY (?)",
                statement -> statement.setArray(1, statement.getConnection().createArrayOf("uuid", ids.toArray())),
                (row, n) -> row.getObject(1, UUID.class)));
    }

    /** The ids that were written; without a conflict target, an overlap is a conflict too. */
    Set<UUID> intervals(List<IntervalRow> rows) {
        return insert(
                """
                INSERT INTO miner_state_intervals (id, miner_id, state, started_at, ended_at, source)
                SELECT *, 'import' FROM unnest(?::uuid[], ?::text[], ?::text[], ?::timestamptz[], ?::timestamptz[])
                ON CONFLICT DO NOTHING RETURNING id
                """,
                rows,
                List.of(
                        new Column<>("uuid", IntervalRow::id),
                        new Column<>("text", IntervalRow::minerId),
                        new Column<>("text", IntervalRow::state),
                        new Column<>("timestamptz", r -> utc(r.startedAt())),
                        new Column<>("timestamptz", r -> utc(r.endedAt()))));
    }

    Set<UUID> matchResults(List<MatchResultRow> rows) {
        Instant first = rows.stream()
                .map(r -> Objects.requireNonNull(r.createdAt()))
                .min(Instant::compareTo)
                .orElseThrow();
        Instant last = rows.stream()
                .map(r -> Objects.requireNonNull(r.createdAt()))
                .max(Instant::compareTo)
                .orElseThrow();
        partitions.ensure("match_results", first, last);
        return insert(
                """
                INSERT INTO match_results (id, miner_id, job_id, eta_ms, score, created_at, source)
                SELECT *, 'import' FROM unnest(?::uuid[], ?::text[], ?::text[], ?::float8[], ?::float8[], ?::timestamptz[])
                ON CONFLICT DO NOTHING RETURNING id
                """,
                rows,
                List.of(
                        new Column<>("uuid", MatchResultRow::id),
                        new Column<>("text", MatchResultRow::minerId),
                        new Column<>("text", MatchResultRow::jobId),
                        new Column<>("float8", MatchResultRow::etaMs),
                        new Column<>("float8", MatchResultRow::score),
                        new Column<>("timestamptz", r -> utc(r.createdAt()))));
    }

    Set<UUID> outcomes(List<OutcomeRow> rows) {
        return insert(
                """
                INSERT INTO job_outcomes (id, job_id, miner_id, tenant_id, outcome, latency_ms, fail_code, gpu_count,
                                          started_at, finished_at, recorded_at, source)
                SELECT *, 'import' FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::float8[], ?::text[],
                                               ?::int[], ?::timestamptz[], ?::timestamptz[], ?::timestamptz[])
                ON CONFLICT DO NOTHING RETURNING id
                """,
                rows,
                List.of(
                        new Column<>("uuid", OutcomeRow::id),
                        new Column<>("text", OutcomeRow::jobId),
                        new Column<>("text", OutcomeRow::minerId),
                        new Column<>("text", OutcomeRow::tenantId),
                        new Column<>("text", OutcomeRow::outcome),
                        new Column<>("float8", OutcomeRow::latencyMs),
                        new Column<>("text", OutcomeRow::failCode),
                        new Column<>("int4", OutcomeRow::gpuCount),
                        new Column<>("timestamptz", r -> utc(r.startedAt())),
                        new Column<>("timestamptz", r -> utc(r.finishedAt())),
                        new Column<>("timestamptz", r -> utc(r.recordedAt()))));
    }

    private record Column<T>(String type, Function<T, @Nullable Object> of) {}

    private <T> Set<UUID> insert(String sql, List<T> rows, List<Column<T>> columns) {
        return new HashSet<>(jdbc.query(
                connection -> fill(connection, connection.prepareStatement(sql), rows, columns),
                (row, n) -> row.getObject(1, UUID.class)));
    }

    private static <T> PreparedStatement fill(
            Connection connection, PreparedStatement statement, List<T> rows, List<Column<T>> columns)
            throws SQLException {
        int at = 0;
        for (Column<T> column : columns) {
            Object[] values = rows.stream().map(column.of()).toArray();
            statement.setArray(++at, connection.createArrayOf(column.type(), values));
        }
        return statement;
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
