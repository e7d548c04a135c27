package io.aitbc.poolhub.gpu;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** How warm GPUs are: all of a small pool, of a large one those that need somebody most. */
@Repository
public class GpuHeat {

    /**
     * A GPU by its last sample.
     *
     * @param state its health state's name
     * @param celsius null when it did not say
     */
    public record Tile(
            String gpuUuid,
            String minerId,
            @Nullable String model,
            String state,
            @Nullable Double celsius,
            Instant at) {}

    private final JdbcTemplate jdbc;

    GpuHeat(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** GPUs, by miner and place in it; if there are more than so many, those out of health and at the highest risk. */
    public List<Tile> tiles(int most) {
        return jdbc.query("""
                SELECT g.gpu_uuid, g.miner_id, g.model, g.state, s.temperature_celsius, g.last_sample_at
                FROM (SELECT * FROM gpus ORDER BY (state <> 'HEALTHY') DESC, failure_risk DESC, gpu_uuid LIMIT ?) g
                     LEFT JOIN LATERAL (SELECT temperature_celsius FROM gpu_samples
                                        WHERE gpu_uuid = g.gpu_uuid AND at = g.last_sample_at LIMIT 1) s ON true
                ORDER BY g.miner_id, g.gpu_index, g.gpu_uuid
                """, (row, n) -> tile(row), most);
    }

    /** The GPUs that a miner has, or had last. */
    public List<Tile> of(String minerId) {
        return jdbc.query("""
                SELECT g.gpu_uuid, g.miner_id, g.model, g.state, s.temperature_celsius, g.last_sample_at
                FROM gpus g
                     LEFT JOIN LATERAL (SELECT temperature_celsius FROM gpu_samples
                                        WHERE gpu_uuid = g.gpu_uuid AND at = g.last_sample_at LIMIT 1) s ON true
                WHERE g.miner_id = ? ORDER BY g.gpu_index, g.gpu_uuid LIMIT 1000
                """, (row, n) -> tile(row), minerId);
    }

    /** How many GPUs there are. */
    public long count() {
        return Objects.requireNonNull(jdbc.queryForObject("SELECT count(*) FROM gpus", Long.class));
    }

    /** When samples were judged last; empty before the first time. */
    public Optional<Instant> lastSwept() {
        return jdbc
                .query(
                        "SELECT swept_at FROM gpu_sweep WHERE swept_at > '-infinity'",
                        (row, n) -> row.getTimestamp(1).toInstant())
                .stream()
                .findFirst();
    }

    private static Tile tile(java.sql.ResultSet row) throws java.sql.SQLException {
        double celsius = row.getDouble(5);
        boolean silent = row.wasNull();
        return new Tile(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                silent ? null : celsius,
                row.getTimestamp(6).toInstant());
    }
}
