package io.aitbc.testsupport;

import io.aitbc.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.PostgreSQLContainer;

/** The one PostgreSQL server of this JVM's tests: in a container where a Docker engine answers, else embedded. */
sealed interface DatabaseServer {

    String jdbcUrl(String database);

    String username();

    String password();

    /** Starts the one that fits this machine; it ends with the JVM. */
    static DatabaseServer start() {
        return dockerAnswers() ? Container.launch() : Embedded.launch();
    }

    private static boolean dockerAnswers() {
        boolean socket = System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock"));
        return socket && DockerClientFactory.instance().isDockerAvailable();
    }

    /** Testcontainers; its own reaper removes the container. */
    record Container(PostgreSQLContainer<?> container) implements DatabaseServer {

        @SuppressWarnings("resource") // ends with the JVM
        static Container launch() {
            PostgreSQLContainer<?> container =
                    new PostgreSQLContainer<>("postgres:17-alpine").withCommand("postgres", "-c", "fsync=off");
            container.start();
            return new Container(container);
        }

        @Override
        public String jdbcUrl(String database) {
            return "jdbc:postgresql://" + container.getHost() + ":" + container.getFirstMappedPort() + "/" + database;
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

    /** Real binaries in a temporary folder that goes with the JVM; what a killed JVM left goes with the next one. */
    record Embedded(EmbeddedPostgres server) implements DatabaseServer {

        private static final String PREFIX = "gpu-pool-test-db";

        static Embedded launch() {
            try {
                Path parent = Path.of(System.getProperty("java.io.tmpdir"));
                sweep(parent);
                Path folder = Files.createTempDirectory(parent, PREFIX);
                EmbeddedPostgres server = EmbeddedPostgres.start(EmbeddedPostgres.Settings.forTests(folder));
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    server.close();
                    delete(folder);
                }));
                return new Embedded(server);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void sweep(Path parent) throws IOException {
            try (DirectoryStream<Path> old = Files.newDirectoryStream(parent, PREFIX + "*")) {
                for (Path folder : old) {
                    if (isAbandoned(folder)) {
                        EmbeddedPostgres.start(EmbeddedPostgres.Settings.forTests(folder))
                                .close();
                        delete(folder);
                    }
                }
            }
        }

        private static boolean isAbandoned(Path folder) {
            Path lock = folder.resolve("lock");
            if (!Files.exists(lock) || !Files.isDirectory(folder.resolve("data"))) {
                return false;
            }
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                    var held = channel.tryLock()) {
                return held != null;
            } catch (IOException | java.nio.channels.OverlappingFileLockException e) {
                return false;
            }
        }

        private static void delete(Path folder) {
            try {
                Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
                            throws IOException {
                        Files.deleteIfExists(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
            } catch (IOException e) {
                // A temporary folder that stays is the system's to clean.
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
}
