package io.aitbc.testsupport;

import io.aitbc.postgres.EmbeddedPostgres;
import io.aitbc.postgres.EmbeddedPostgres.Settings;
import io.aitbc.postgres.EmbeddedPostgresException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Real binaries in a temporary folder that goes with the JVM; what a killed JVM left goes with the next one. */
record EmbeddedServer(EmbeddedPostgres server) implements DatabaseServer {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);
    private static final String PREFIX = "gpu-pool-test-db";
    private static final long PATIENCE_SECONDS = 5;

    static EmbeddedServer launch() {
        try {
            Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
            sweep(temporary);
            Path folder = Files.createTempDirectory(temporary, PREFIX);
            EmbeddedServer started = new EmbeddedServer(start(folder));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> started.end(folder), "test-database-end"));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With the programs under Maven's target where there is one: they are then unpacked once and not by each JVM. */
    private static EmbeddedPostgres start(Path folder) {
        Path target = Path.of("target").toAbsolutePath();
        if (Files.isDirectory(target)) {
            try {
                return EmbeddedPostgres.start(Settings.forTests(folder).withBinaries(target.resolve("postgres")));
            } catch (EmbeddedPostgresException e) {
                LOG.debug("The programs cannot be run from {}", target, e);
            }
        }
        return EmbeddedPostgres.start(Settings.forTests(folder));
    }

    /** Ends what killed JVMs left, and leaves alone what lives or is not ours. */
    static void sweep(Path temporary) throws IOException {
        try (DirectoryStream<Path> old = Files.newDirectoryStream(temporary, PREFIX + "*")) {
            for (Path folder : old) {
                try {
                    EmbeddedPostgres.discard(folder);
                } catch (EmbeddedPostgresException e) {
                    LOG.debug("{} stays", folder, e);
                }
            }
        }
    }

    // The applications under test close in shutdown hooks too, and at the same time; they still write as they do.
    private void end(Path folder) {
        try {
            awaitNoClients();
        } catch (SQLException e) {
            LOG.debug("The server is away already", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.close();
        EmbeddedPostgres.discard(folder);
    }

    private void awaitNoClients() throws SQLException, InterruptedException {
        String clients = "SELECT count(*) FROM pg_stat_activity"
                + " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), username(), password());
                Statement statement = connection.createStatement()) {
            boolean waiting = true;
            while (waiting) {
                try (ResultSet row = statement.executeQuery(clients)) {
                    waiting = row.next() && row.getLong(1) > 0 && System.nanoTime() < deadline;
                }
                if (waiting) {
                    TimeUnit.MILLISECONDS.sleep(20);
                }
            }
        }
    }

    @Override
    public String jdbcUrl(String database) {
        return server.jdbcUrl(database);
    }

    @Override
    public String username() {
        return server.username();
    }

    @Override
    public String password() {
        return server.password();
    }
}
