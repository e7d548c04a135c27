package io.aitbc.testsupport;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.test.context.DynamicPropertyRegistry;

/** A new, empty PostgreSQL database for a test; never H2, never a mock. */
public final class TestDatabase {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private static final class Holder {
        static final DatabaseServer SERVER = DatabaseServer.start();
    }

    private final String name;

    private TestDatabase(String name) {
        this.name = name;
    }

    /** Makes one. The server is shared by all tests of this JVM. */
    public static TestDatabase create() {
        String name = "test_" + COUNT.incrementAndGet();
        DatabaseServer server = Holder.SERVER;
        try (Connection connection =
                        DriverManager.getConnection(server.jdbcUrl("postgres"), server.username(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create the test database " + name, e);
        }
        return new TestDatabase(name);
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
        return Holder.SERVER.jdbcUrl(name);
    }

    /** Its superuser. */
    public String username() {
        return Holder.SERVER.username();
    }

    /** The superuser's password. */
    public String password() {
        return Holder.SERVER.password();
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
