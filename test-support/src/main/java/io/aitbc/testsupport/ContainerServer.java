package io.aitbc.testsupport;

import org.testcontainers.containers.PostgreSQLContainer;

/** By Testcontainers, set up as the embedded one is; its reaper removes the container after the JVM. */
record ContainerServer(PostgreSQLContainer<?> container) implements DatabaseServer {

    @SuppressWarnings("resource") // ends with the JVM
    static ContainerServer launch() {
        PostgreSQLContainer<?> container = new PostgreSQLContainer<>("postgres:17-alpine")
                .withEnv("POSTGRES_INITDB_ARGS", "--encoding=UTF8 --locale=C")
                .withCommand("postgres", "-c", "fsync=off", "-c", "max_connections=200", "-c", "timezone=UTC");
        container.start();
        return new ContainerServer(container);
    }

    @Override
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://" + container.getHost() + ":"
                + container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT) + "/" + database;
    }

    @Override
    public String username() {
        return container.getUsername();
    }

    @Override
    public String password() {
        return container.getPassword();
    }
}
