package io.aitbc.testsupport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.containers.ContainerFetchException;

/** The one PostgreSQL server of this JVM's tests. */
sealed interface DatabaseServer permits ContainerServer, EmbeddedServer {

    /** JDBC address of one of its databases. */
    String jdbcUrl(String database);

    String username();

    String password();

    /**
     * Starts the one that fits this machine: in a container where a Docker engine answers, else from the binaries on the
     * class path. {@code TEST_DATABASE=docker} or {@code embedded} in the environment decides otherwise. It ends with the
     * JVM.
     */
    static DatabaseServer start() {
        String wanted = System.getenv().getOrDefault("TEST_DATABASE", "");
        return switch (wanted) {
            case "docker" -> ContainerServer.launch();
            case "embedded" -> EmbeddedServer.launch();
            case "" -> startWhatThereIs();
            default ->
                throw new IllegalStateException("TEST_DATABASE must be docker, embedded or not set, was " + wanted);
        };
    }

    private static DatabaseServer startWhatThereIs() {
        if (!DockerEngine.ofThisMachine().answers()) {
            return EmbeddedServer.launch();
        }
        try {
            return ContainerServer.launch();
        } catch (ContainerFetchException e) {
            Logger log = LoggerFactory.getLogger(DatabaseServer.class);
            log.warn(
                    "Docker answers but has no PostgreSQL image and cannot fetch it; tests use the embedded server", e);
            return EmbeddedServer.launch();
        }
    }
}
