package io.aitbc.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The ceiling for heartbeats: what plain JDBC reaches when each heartbeat is one committed UPDATE of one row, in a copy of
 * the hub's own table, on the same server.
 */
final class SingleRowCommits {

    static final String NAME = "single-row committed UPDATEs, 8 connections";
    private static final int CONNECTIONS = 8;

    private final Servers.Database database;
    private final int rows;

    /** Copies the table with its rows, indexes and storage settings. */
    SingleRowCommits(Servers.Database database, int rows) throws SQLException {
        this.database = database;
        this.rows = rows;
        try (Connection connection = database.connect()) {
            String options = Sql.text(
                    connection,
                    "SELECT array_to_string(reloptions, ', ') FROM pg_class WHERE oid = 'miner_status'::regclass");
            Sql.run(
                    connection,
                    "CREATE TABLE ceiling_status (LIKE miner_status INCLUDING ALL) WITH (" + options + ")",
                    "INSERT INTO ceiling_status SELECT * FROM miner_status",
                    "VACUUM ANALYZE ceiling_status");
        }
    }

    /** Commits per second over that time. */
    double perSecond(Duration duration) throws SQLException, InterruptedException {
        AtomicLong done = new AtomicLong();
        AtomicReference<SQLException> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        long start = System.nanoTime();
        long end = start + duration.toNanos();
        for (int i = 0; i < CONNECTIONS; i++) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            done.addAndGet(updateUntil(end));
                        } catch (SQLException e) {
                            failure.set(e);
                        }
                    },
                    "ceiling-" + i);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (failure.get() != null) {
            throw failure.get();
        }
        return done.get() / ((System.nanoTime() - start) / 1e9);
    }

    private long updateUntil(long end) throws SQLException {
        long count = 0;
        try (Connection connection = database.connect();
                PreparedStatement update = connection.prepareStatement("""
                        UPDATE ceiling_status
                        SET state = 'UP', last_heartbeat_at = now(), down_after = now() + interval '5 minutes',
                            reported_status = 'ready', current_jobs = ?, queue_len = 0, gpu_utilization = 57.5,
                            memory_used = 17179869184, memory_total = 25769803776, eta_ms = ?
                        WHERE miner_id = ?
                        """)) {
            while (System.nanoTime() < end) {
                int miner = ThreadLocalRandom.current().nextInt(rows);
                update.setInt(1, miner % 4);
                update.setDouble(2, miner % 80);
                update.setString(3, "miner-" + miner);
                count += update.executeUpdate();
            }
        }
        return count;
    }
}
