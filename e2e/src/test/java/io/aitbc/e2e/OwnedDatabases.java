package io.aitbc.e2e;

import io.aitbc.e2e.deploy.Shell;
import io.aitbc.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One server with a database for each service, owned by a role that may do nothing else, as create-databases.sh makes them: as on an
 * installed machine, and unlike the servers that services embed, where they are superusers whom no row security holds.
 */
final class OwnedDatabases implements AutoCloseable {

    private static final Map<String, String> OWNERS =
            Map.of("pool-hub", "poolhub", "coordinator-api", "coordinator", "monitoring", "monitoring");

    private final EmbeddedPostgres server;

    private OwnedDatabases(EmbeddedPostgres server) {
        this.server = server;
    }

    /** Null where psql, which the script calls, is not installed: then services take servers of their own. */
    static @Nullable OwnedDatabases start(Path folder) {
        if (!Shell.isInstalled("psql")) {
            System.out.println("psql is not installed: the services are superusers of servers of their own");
            return null;
        }
        EmbeddedPostgres server =
                EmbeddedPostgres.start(EmbeddedPostgres.Settings.durable(folder.resolve("databases")));
        OwnedDatabases databases = new OwnedDatabases(server);
        try {
            Path passwords = Files.createDirectories(folder.resolve("passwords"));
            for (String service : OWNERS.keySet()) {
                Files.writeString(passwords.resolve(service + "-database-password"), passwordOf(service));
            }
            Shell.output(
                    Map.of(
                            "PGHOST", "127.0.0.1",
                            "PGPORT", Integer.toString(server.port()),
                            "PGUSER", server.username(),
                            "PGPASSWORD", server.password()),
                    "deploy/postgresql/create-databases.sh",
                    passwords.toString());
            return databases;
        } catch (IOException e) {
            databases.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException | Error e) {
            databases.close();
            throw e;
        }
    }

    /** The variables that a service finds its database by. */
    Map<String, String> of(String service) {
        String name = Objects.requireNonNull(OWNERS.get(service));
        return Map.of(
                "SPRING_DATASOURCE_URL", server.jdbcUrl(name),
                "SPRING_DATASOURCE_USERNAME", name,
                "SPRING_DATASOURCE_PASSWORD", passwordOf(service));
    }

    private static String passwordOf(String service) {
        return "it's of \\" + service;
    }

    @Override
    public void close() {
        server.close();
    }
}
