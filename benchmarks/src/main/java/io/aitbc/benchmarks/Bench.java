package io.aitbc.benchmarks;

import io.aitbc.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.postgresql.PGConnection;

/** A durable PostgreSQL of its own, and services on it. */
final class Bench implements AutoCloseable {

    static final String KEY = "benchmark-key-0123456789";

    private final Path folder;
    private final EmbeddedPostgres postgres;
    private final List<Process> processes = new ArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    Bench() throws IOException {
        folder = Files.createTempDirectory("gpu-pool-benchmark");
        postgres = EmbeddedPostgres.start(EmbeddedPostgres.Settings.durable(folder.resolve("postgres")));
    }

    /** Starts a packaged service on a database of its own and returns its port. */
    int start(String service, String database) throws Exception {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + database);
        }
        int port;
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = any.getLocalPort();
        }
        ProcessBuilder builder = new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx1g",
                "-jar",
                jar(service).toString());
        builder.environment()
                .putAll(Map.of(
                        "SPRING_DATASOURCE_URL", postgres.jdbcUrl(database),
                        "SPRING_DATASOURCE_USERNAME", postgres.username(),
                        "SPRING_DATASOURCE_PASSWORD", postgres.password(),
                        "RATE_LIMIT_PER_SECOND", "0",
                        "POOLHUB_PORT", Integer.toString(port),
                        "COORDINATOR_PORT", Integer.toString(port),
                        "SLA_COLLECTION_INTERVAL_SECONDS", "86400",
                        "BILLING_SYNC_INTERVAL_HOURS", "168",
                        "DATA_DIR", folder.toString()));
        for (String name : List.of("POOLHUB_OPERATOR_KEY", "COORDINATOR_OPERATOR_KEY", "COORDINATOR_API_KEY")) {
            builder.environment().put(name, KEY + name);
        }
        builder.environment().put("POOLHUB_VIEWER_KEY", KEY + "viewer");
        builder.environment().put("COORDINATOR_VIEWER_KEY", KEY + "viewer");
        builder.environment().put("POOLHUB_ENROLLMENT_TOKEN", KEY + "token");
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve(service + ".log").toFile())
                .start();
        processes.add(process);
        awaitReady(service, process, port);
        return port;
    }

    private void awaitReady(String service, Process process, int port) throws Exception {
        for (int i = 0; i < 1_200 && process.isAlive(); i++) {
            try {
                if (get(port, "/v1/health", "").statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                // Not listening yet.
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new IllegalStateException(
                service + " did not start:\n" + Files.readString(folder.resolve(service + ".log")));
    }

    private static Path jar(String service) throws IOException {
        Path target = Path.of(service, "target");
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.getFileName().toString().matches(service + "-[0-9].*\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no jar in " + target.toAbsolutePath()
                            + ": run from the project's root after mvn -DskipTests package"));
        }
    }

    /** The process of the service that was started last. */
    long lastPid() {
        return processes.get(processes.size() - 1).pid();
    }

    HttpResponse<String> get(int port, String path, String key) throws Exception {
        return http.send(request(port, path, key).GET().build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(int port, String path, String key, String body) throws Exception {
        return http.send(
                request(port, path, key)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(int port, String path, String key) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofMinutes(5))
                .header("Authorization", "Bearer " + key);
    }

    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(database), postgres.username(), postgres.password());
    }

    void sql(String database, String... statements) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Milliseconds that a query takes, read to its end; the best of several. */
    double queryMillis(String database, String query, int times) throws SQLException {
        double best = Double.MAX_VALUE;
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < times; i++) {
                long start = System.nanoTime();
                try (ResultSet rows = statement.executeQuery(query)) {
                    while (rows.next()) {
                        rows.getString(1);
                    }
                }
                best = Math.min(best, (System.nanoTime() - start) / 1e6);
            }
        }
        return best;
    }

    static PGConnection unwrap(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class);
    }

    static void say(String line, Object... values) {
        System.out.printf(line + "%n", values);
    }

    @Override
    public void close() throws IOException {
        for (Process process : processes) {
            process.destroy();
            try {
                if (!process.waitFor(30, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        postgres.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
