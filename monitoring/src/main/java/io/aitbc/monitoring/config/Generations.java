package io.aitbc.monitoring.config;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** All generations of the file, and the lock of those who write it. */
@Repository
class Generations {

    private static final int LONGEST_DETAIL = 2000;

    private final JdbcClient jdbc;
    private final Clock clock;

    Generations(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Lets only this transaction, in all replicas, write the file; gives up after that time. */
    void lock(Duration patience) {
        jdbc.sql("SELECT set_config('lock_timeout', :patience, true)")
                .param("patience", patience.toMillis() + "ms")
                .query(String.class)
                .single();
        jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended('prometheus configuration', 0))::text")
                .query(String.class)
                .single();
    }

    long next() {
        return jdbc.sql("SELECT coalesce(max(generation), 0) + 1 FROM config_generations")
                .query(Long.class)
                .single();
    }

    /** Notes that one is being written; any that was left half-done does not count any more. */
    void begin(long generation, String sha256, String diff) {
        jdbc.sql("""
                UPDATE config_generations SET verdict = 'ROLLED_BACK', detail = :detail WHERE verdict = 'WRITING'
                """)
                .param("detail", "Its writer was killed; generation " + generation + " followed.")
                .update();
        jdbc.sql("""
                INSERT INTO config_generations (generation, sha256, at, diff, verdict)
                VALUES (:generation, :sha256, :at, :diff, 'WRITING')
                """)
                .param("generation", generation)
                .param("sha256", sha256)
                .param("at", Timestamp.from(clock.instant()))
                .param("diff", diff)
                .update();
    }

    void conclude(long generation, Verdict verdict, @Nullable String detail) {
        jdbc.sql("UPDATE config_generations SET verdict = :verdict, detail = :detail WHERE generation = :generation")
                .param("verdict", verdict.name())
                .param("detail", detail == null ? null : detail.substring(0, Math.min(detail.length(), LONGEST_DETAIL)))
                .param("generation", generation)
                .update();
    }

    /** The one that is being written, or was when its writer was killed. */
    Optional<Generation> halfDone() {
        return jdbc.sql("SELECT * FROM config_generations WHERE verdict = 'WRITING' ORDER BY generation DESC LIMIT 1")
                .query(Generations::generation)
                .optional();
    }

    /** Those before a generation, the newest first. */
    List<Generation> before(long generation, int limit) {
        return jdbc.sql("""
                SELECT * FROM config_generations WHERE generation < :before ORDER BY generation DESC LIMIT :limit
                """)
                .param("before", generation)
                .param("limit", limit)
                .query(Generations::generation)
                .list();
    }

    private static Generation generation(ResultSet row, int n) throws SQLException {
        return new Generation(
                row.getLong("generation"),
                row.getString("sha256"),
                row.getTimestamp("at").toInstant(),
                row.getString("diff"),
                Verdict.valueOf(row.getString("verdict")),
                row.getString("detail"));
    }
}
