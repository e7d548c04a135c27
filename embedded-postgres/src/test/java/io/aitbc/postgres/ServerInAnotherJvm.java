package io.aitbc.postgres;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;

/** Runs a server in a JVM of its own, writes a row, says so, and waits to be killed. */
final class ServerInAnotherJvm {

    private ServerInAnotherJvm() {}

    public static void main(String[] arguments) throws Exception {
        EmbeddedPostgres server = EmbeddedPostgres.start(EmbeddedPostgres.Settings.durable(Path.of(arguments[0])));
        try (Connection connection =
                        DriverManager.getConnection(server.jdbcUrl(), server.username(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE kept (what text)");
            statement.execute("INSERT INTO kept VALUES ('by the killed')");
        }
        System.out.println("written");
        TimeUnit.MINUTES.sleep(2);
    }
}
