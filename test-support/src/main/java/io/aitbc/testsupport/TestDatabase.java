package io.aitbc.testsupport;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.test.context.DynamicPropertyRegistry;

/**
 * A new, empty PostgreSQL database for a test; never H2, never a mock. All of a JVM share one server: in a container where
 * a Docker engine answers, else embedded. {@code TEST_DATABASE=docker} or {@code embedded} in the environment decides
 * otherwise.
 */
public final class TestDatabase {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private static final class Shared {
        static final DatabaseServer SERVER = DatabaseServer.start();
    }

    private final DatabaseServer server;
    private final String name;

    private TestDatabase(DatabaseServer server, String name) {
        this.server = server;
        this.name = name;
    }

    /** Makes one. */
    public static TestDatabase create() {
        return createOn(Shared.SERVER);
    }

    static TestDatabase createOn(DatabaseServer server) {
        String name = "test_" + COUNT.incrementAndGet();
        try (Connection connection =
                        DriverManager.getConnection(server.jdbcUrl("postgres"), server.username(), server.password());
                Statement statement = connection.createStatement()) {
            // By copying files: several times as fast as by the log, where nothing has to be forced to disk.
            statement.execute("CREATE DATABASE " + name + " TEMPLATE template0 STRATEGY FILE_COPY");
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create the test database " + name, e);
        }
        return new TestDatabase(server, name);
    }

    /** Makes one and names it as the application's data source. */
    public static void register(DynamicPropertyRegistry registry) {
        TestDatabase database = create();
        registry.add("spring.datasource.url", database::jdbcUrl);
        registry.add("spring.datasource.username", database::username);
        registry.add("spring.datasource.password", database::password);
    }

    /** Its JDBC address. */
    public String jdbcUrl() {
        return server.jdbcUrl(name);
    }

    /** Its superuser. */
    public String username() {
        return server.username();
    }

    /** The superuser's password. */
    public String password() {
        return server.password();
    }

    /** A plain data source without a pool. */
    public DataSource dataSource() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(jdbcUrl());
        source.setUser(username());
        source.setPassword(password());
        return source;
    }
}
