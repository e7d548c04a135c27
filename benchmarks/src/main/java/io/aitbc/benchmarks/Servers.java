package io.aitbc.benchmarks;

import io.aitbc.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One durable PostgreSQL server for services and ceilings alike, with the settings that the services themselves start
 * theirs with; and the services on databases of their own in it.
 */
final class Servers implements AutoCloseable {

    /** A database in the server. */
    record Database(String url, String username, String password) {

        Connection connect() throws SQLException {
            return DriverManager.getConnection(url, username, password);
        }
    }

    /**
     * What to start, and where.
     *
     * @param javaOptions of the services' JVMs
     * @param folder for all data and logs; deleted at the end
     */
    record Setup(Path hubJar, Path coordinatorJar, List<String> javaOptions, Path folder) {}

    private final Setup setup;
    private final EmbeddedPostgres postgres;
    private int count;
    private @Nullable String hubTemplate;
    private @Nullable String coordinatorTemplate;

    Servers(Setup setup) {
        this.setup = setup;
        this.postgres = EmbeddedPostgres.start(
                EmbeddedPostgres.Settings.durable(setup.folder().resolve("postgres")));
        Runtime.getRuntime().addShutdownHook(new Thread(postgres::close, "end-postgres"));
    }

    /** A database with the hub's schema and no rows. */
    Database hubDatabase() throws SQLException, IOException, InterruptedException {
        if (hubTemplate == null) {
            hubTemplate = migrated(setup.hubJar());
        }
        return copyOf(hubTemplate);
    }

    /** A database with the coordinator's schema and no rows. */
    Database coordinatorDatabase() throws SQLException, IOException, InterruptedException {
        if (coordinatorTemplate == null) {
            coordinatorTemplate = migrated(setup.coordinatorJar());
        }
        return copyOf(coordinatorTemplate);
    }

    ServiceProcess hub(Database database, Map<String, String> extra) throws IOException, InterruptedException {
        return start(setup.hubJar(), database, extra);
    }

    ServiceProcess coordinator(Database database) throws IOException, InterruptedException {
        return coordinator(database, Map.of());
    }

    ServiceProcess coordinator(Database database, Map<String, String> extra) throws IOException, InterruptedException {
        return start(setup.coordinatorJar(), database, extra);
    }

    private ServiceProcess start(Path jar, Database database, Map<String, String> extra)
            throws IOException, InterruptedException {
        Path folder = setup.folder().resolve("service-" + ++count);
        return ServiceProcess.start(jar, setup.javaOptions(), folder, database, extra);
    }

    /** Lets the service itself make its schema. */
    private String migrated(Path jar) throws SQLException, IOException, InterruptedException {
        String name = "template_" + ++count;
        Database database = create(name, "template0");
        start(jar, database, Map.of()).close();
        try (Connection connection = database.connect()) {
            // Otherwise the next start would think that the service had been away.
            Sql.run(connection, "DELETE FROM service_runs");
        }
        return name;
    }

    Database copyOf(String template) throws SQLException {
        return create("bench_" + ++count, template);
    }

    private Database create(String name, String template) throws SQLException {
        try (Connection connection = database("postgres").connect()) {
            Sql.run(connection, "CREATE DATABASE " + name + " TEMPLATE " + template);
        }
        return database(name);
    }

    /** Drops a database that nobody uses any more, so that its pages leave memory and disk. */
    void drop(Database database) throws SQLException {
        String name = database.url().substring(database.url().lastIndexOf('/') + 1);
        try (Connection connection = database("postgres").connect()) {
            Sql.run(connection, "DROP DATABASE " + name + " WITH (FORCE)");
        }
    }

    private Database database(String name) {
        return new Database(postgres.jdbcUrl(name), postgres.username(), postgres.password());
    }

    @Override
    public void close() {
        postgres.close();
        try (Stream<Path> files = Files.walk(setup.folder())) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            System.err.println("Not deleted: " + setup.folder() + " (" + e + ")");
        }
    }
}
