package io.aitbc.postgres;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server that stays up: started, watched, and started again on the same port when it dies. */
final class Server {

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final long SILENT_SECONDS = 60;
    private static final long PASSING_SECONDS = 30;
    private static final long FIRST_PAUSE_MS = 100;
    private static final long LONGEST_PAUSE_MS = 60_000;

    private final Postmaster postmaster;
    private final ServerLog log;
    private final String password;
    private final CompletableFuture<Boolean> closed = new CompletableFuture<>();
    private final Thread watchdog;

    // Held while the process is started or stopped, so that none is started once close() has stopped the last one.
    private final Object starting = new Object();
    private volatile int port;

    Server(Postmaster postmaster, ServerLog log, String password) {
        this.postmaster = postmaster;
        this.log = log;
        this.password = password;
        this.watchdog = new Thread(this::watch, "embedded-postgres-watchdog");
        this.watchdog.setDaemon(true);
    }

    /** Starts it on the port that the file remembers, if that is free, and waits until it answers. */
    void start(Path portFile) throws IOException {
        log.rotateWhenLarge();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PASSING_SECONDS);
        boolean ready = false;
        while (!ready) {
            port = Ports.choose(portFile);
            postmaster.launch(port);
            try {
                awaitReady();
                ready = true;
            } catch (EmbeddedPostgresException e) {
                postmaster.stop();
                if (!postmaster.failedForTheMoment() || System.nanoTime() > deadline) {
                    throw e;
                }
                LOG.info("PostgreSQL waits for what is left of the one before, or for a port");
                closesWithin(FIRST_PAUSE_MS);
            }
        }
        watchdog.start();
    }

    int port() {
        return port;
    }

    String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    void close() {
        closed.complete(true);
        synchronized (starting) {
            postmaster.stop();
        }
        try {
            watchdog.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitReady() {
        Properties login = new Properties();
        login.setProperty("user", EmbeddedPostgres.USER);
        login.setProperty("password", password);
        login.setProperty("sslmode", "disable");
        login.setProperty("connectTimeout", "5");
        login.setProperty("socketTimeout", "10");
        long silentSince = System.nanoTime();
        long toldAt = silentSince;
        long pause = 10;
        while (true) {
            String failure;
            try (Connection connection = DriverManager.getConnection(jdbcUrl(EmbeddedPostgres.USER), login)) {
                if (connection.isValid(5)) {
                    return;
                }
                failure = "it does not answer";
            } catch (SQLException e) {
                failure = String.valueOf(e.getMessage());
                switch (String.valueOf(e.getSQLState())) {
                    case "53300" -> { // others took every connection: it is up
                        return;
                    }
                    case "28P01" ->
                        throw new EmbeddedPostgresException("PostgreSQL refuses the password that stands in the file"
                                + " password beside its data. Put the right one there.");
                    case "57P03" -> silentSince = System.nanoTime(); // it recovers from a crash, and says so
                    default -> {}
                }
            }
            long now = System.nanoTime();
            if (!postmaster.isRunning() || now - silentSince > TimeUnit.SECONDS.toNanos(SILENT_SECONDS)) {
                throw new EmbeddedPostgresException(
                        "PostgreSQL did not come up (" + failure + "). Its log says:\n" + postmaster.lastWords());
            }
            if (now - toldAt > TimeUnit.SECONDS.toNanos(10)) {
                LOG.info("Still waiting for PostgreSQL: {}", failure);
                toldAt = now;
            }
            if (closesWithin(pause)) {
                throw new EmbeddedPostgresException("PostgreSQL was closed while it came up.");
            }
            pause = Math.min(500, pause + pause / 2);
        }
    }

    private void watch() {
        try {
            while (!closed.isDone()) {
                CompletableFuture<?> end = CompletableFuture.anyOf(postmaster.exit(), closed);
                while (!isDoneWithin(end, TimeUnit.MINUTES.toMillis(1))) {
                    keepLogSmall();
                }
                if (!closed.isDone()) {
                    bringBack();
                }
            }
        } catch (RuntimeException e) {
            LOG.error("PostgreSQL is not watched any more", e);
        }
    }

    private void bringBack() {
        LOG.warn("PostgreSQL died unexpectedly; starting it again on port {}", port);
        for (long pause = FIRST_PAUSE_MS; !closed.isDone(); pause = Math.min(LONGEST_PAUSE_MS, 2 * pause)) {
            try {
                synchronized (starting) {
                    if (closed.isDone()) {
                        return;
                    }
                    postmaster.stop();
                    postmaster.stopLeftover();
                    postmaster.launch(port);
                }
                awaitReady();
                LOG.warn("PostgreSQL is back on port {}", port);
                return;
            } catch (IOException | EmbeddedPostgresException e) {
                if (closesWithin(pause)) {
                    return;
                }
                if (postmaster.failedForTheMoment()) {
                    LOG.warn("PostgreSQL waits for what is left of the one that died, or for its port");
                } else {
                    LOG.error("PostgreSQL did not come back, trying again: {}", e.getMessage());
                }
            }
        }
    }

    private void keepLogSmall() {
        try {
            log.rotateWhenLarge();
        } catch (IOException e) {
            LOG.warn("The log of PostgreSQL could not be rotated: {}", e.toString());
        }
    }

    private boolean closesWithin(long millis) {
        return isDoneWithin(closed, millis);
    }

    private static boolean isDoneWithin(CompletableFuture<?> future, long millis) {
        try {
            future.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedPostgresException("Interrupted while waiting for PostgreSQL.", e);
        }
    }
}
