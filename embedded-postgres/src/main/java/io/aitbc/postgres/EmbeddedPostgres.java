package io.aitbc.postgres;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL server, started from the binaries on the class path, that keeps its data.
 *
 * <p>One JVM owns a folder at a time. A server that a killed JVM left behind is stopped and started anew; a server that
 * dies is started again on the same port.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
    private static final String USER = "postgres";

    /**
     * How to run it.
     *
     * @param folder where binaries, data, password and log are kept
     * @param durable whether a commit survives the loss of power; false only for tests
     */
    public record Settings(Path folder, boolean durable) {
        /** A server whose data matter. */
        public static Settings durable(Path folder) {
            return new Settings(folder, true);
        }

        /** A server for tests. */
        public static Settings forTests(Path folder) {
            return new Settings(folder, false);
        }
    }

    private final Cluster cluster;
    private final String password;
    private final int port;
    private final FileChannel lockChannel;
    private final Thread watchdog;
    private volatile boolean closing;

    private EmbeddedPostgres(Cluster cluster, String password, int port, FileChannel lockChannel) {
        this.cluster = cluster;
        this.password = password;
        this.port = port;
        this.lockChannel = lockChannel;
        this.watchdog = new Thread(this::watch, "embedded-postgres-watchdog");
        this.watchdog.setDaemon(true);
    }

    /**
     * Starts the server and waits until it answers.
     *
     * @throws EmbeddedPostgresException with a sentence that says what to do
     */
    public static EmbeddedPostgres start(Settings settings) {
        Path folder = settings.folder().toAbsolutePath();
        FileChannel lock = null;
        try {
            Files.createDirectories(folder);
            lock = lock(folder);
            Path binaries = Binaries.unpackInto(folder);
            Cluster cluster = new Cluster(folder, binaries, settings.durable());
            String password = cluster.prepare();
            cluster.stopLeftover();
            int port = cluster.choosePort();
            cluster.launch(port);
            EmbeddedPostgres server = new EmbeddedPostgres(cluster, password, port, lock);
            server.awaitReady();
            server.watchdog.start();
            return server;
        } catch (IOException e) {
            release(lock);
            throw new EmbeddedPostgresException(
                    "The database under " + folder + " could not be started (" + e
                            + "). Is the disk full, or the folder not writable? DATA_DIR names another.",
                    e);
        } catch (RuntimeException e) {
            release(lock);
            throw e;
        }
    }

    /** JDBC address of its default database. */
    public String jdbcUrl() {
        return jdbcUrl("postgres");
    }

    /** JDBC address of one of its databases. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /** The superuser. */
    public String username() {
        return USER;
    }

    /** The superuser's password, drawn once per folder. */
    public String password() {
        return password;
    }

    /** The TCP port on 127.0.0.1; the same after a restart where it is free. */
    public int port() {
        return port;
    }

    /** Stops the server; running transactions are rolled back, committed ones are on disk. */
    @Override
    public void close() {
        closing = true;
        watchdog.interrupt();
        cluster.stop();
        release(lockChannel);
    }

    private static FileChannel lock(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new EmbeddedPostgresException("Another process runs the database under " + folder
                    + ". Stop it, or name another folder with DATA_DIR.");
        }
        return channel;
    }

    private static void release(@Nullable FileChannel lock) {
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException e) {
            LOG.debug("The lock goes with the process anyway", e);
        }
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        SQLException last = null;
        while (System.nanoTime() < deadline) {
            try (Connection connection = DriverManager.getConnection(jdbcUrl(), USER, password)) {
                if (connection.isValid(5)) {
                    return;
                }
            } catch (SQLException e) {
                last = e;
                if ("28P01".equals(e.getSQLState())) {
                    break;
                }
            }
            if (!cluster.isRunning()) {
                break;
            }
            pause(20);
        }
        cluster.stop();
        throw new EmbeddedPostgresException(
                "PostgreSQL did not come up (" + last + "). Its log says:\n" + cluster.logTail(), last);
    }

    private void watch() {
        while (!closing) {
            cluster.awaitExit();
            if (closing) {
                return;
            }
            LOG.warn("PostgreSQL died unexpectedly; starting it again on port {}", port);
            try {
                cluster.stopLeftover();
                cluster.launch(port);
                awaitReady();
                LOG.warn("PostgreSQL is back");
            } catch (IOException | EmbeddedPostgresException e) {
                LOG.error("PostgreSQL did not come back; trying again", e);
                pause(2_000);
            }
        }
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
