package io.aitbc.monitoring.collect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.aitbc.monitoring.MonitoringApplication;
import io.aitbc.monitoring.RealPrometheus;
import io.aitbc.monitoring.artifact.ArtifactCheck;
import io.aitbc.testsupport.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A service that is killed (SIGKILL) in the middle of a collection, and another that comes after it. */
class KilledCollectTest {

    private static final String RUN = "01960000-0000-7000-8000-0000000000ff";

    private final TestDatabase database = TestDatabase.create();
    private final JdbcClient jdbc = JdbcClient.create(database.dataSource());

    @TempDir
    private Path folder;

    @BeforeEach
    void itIsThere() {
        RealPrometheus.assumeInstalled();
    }

    private List<String> arguments(String prometheus) {
        return List.of(
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=" + database.username(),
                "--spring.datasource.password=" + database.password(),
                "--MONITORING_OPERATOR_KEY=operator-key-for-tests",
                "--MONITORING_VIEWER_KEY=viewer-key-for-tests",
                "--MONITORING_PORT=0",
                "--PROMETHEUS_URL=" + prometheus,
                "--ARTIFACTS_DIR=" + folder.resolve("artifacts"),
                "--COLLECT_SLACK_SECONDS=0",
                "--COLLECT_LEASE_SECONDS=5",
                "--logging.level.root=WARN");
    }

    /** Another service process; what it writes to its log is in a file. */
    private Process start(String prometheus) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                MonitoringApplication.class.getName()));
        command.addAll(arguments(prometheus));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    /** In this process, which is quicker. */
    private ConfigurableApplicationContext startHere(String prometheus) {
        return SpringApplication.run(
                MonitoringApplication.class, arguments(prometheus).toArray(String[]::new));
    }

    @Test
    void isTakenUpByTheNextAndNothingHalfIsLeft() throws Exception {
        String prometheus = CollectScene.server().url();
        CountDownLatch inTheMiddle = new CountDownLatch(1);
        // Answers nothing, so that whoever asks is in the middle for as long as the test needs.
        HttpServer stalled = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        stalled.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        }));
        stalled.createContext("/", exchange -> inTheMiddle.countDown());
        stalled.start();
        migrate();
        addRun();
        Process killed = start("http://127.0.0.1:" + stalled.getAddress().getPort());
        try {
            assertThat(inTheMiddle.await(60, TimeUnit.SECONDS)).as(log()).isTrue();
            assertThat(column("state")).isEqualTo("COLLECTING");
        } finally {
            killed.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
            stalled.stop(0);
        }
        assertThat(finished()).isEmpty();
        try (ConfigurableApplicationContext next = startHere(prometheus)) {
            for (int i = 0; i < 300 && column("state").equals("COLLECTING"); i++) {
                LockSupport.parkNanos(100_000_000);
            }
            assertThat(column("state")).isEqualTo("COLLECTED");
            assertThat(next.isRunning()).isTrue();
        }
        assertThat(column("tries")).isEqualTo("2");
        assertThat(finished()).singleElement().satisfies(only -> {
            assertThat(only.getFileName().toString()).isEqualTo(RUN);
            assertThat(ArtifactCheck.differences(only)).isEmpty();
        });
    }

    private void migrate() {
        Flyway.configure()
                .dataSource(database.dataSource())
                .locations("classpath:db/support", "classpath:db/migration")
                .outOfOrder(true)
                .load()
                .migrate();
    }

    /** One that is due. */
    private void addRun() {
        jdbc.sql("""
                INSERT INTO sessions (session_id, state, scrape_interval_ms, labels, created_at)
                VALUES ('known', 'SETTLING', 1000, '{}', now())
                """).update();
        jdbc.sql("""
                INSERT INTO collections (run_id, session_id, start_time, end_time, output_dir, plan, request_sha256, state,
                    requested_at, due_at)
                VALUES (:id::uuid, 'known', :from::timestamptz, :to::timestamptz, 'known',
                    '{"kpis": ["throughput_qps"], "types": ["CUSTOM"], "thresholds": {}}', 'x', 'SETTLING', now(), now())
                """)
                .param("id", RUN)
                .param("from", KnownPast.FROM.toString())
                .param("to", KnownPast.TO.toString())
                .update();
    }

    private String column(String name) {
        return jdbc.sql("SELECT " + name + "::text FROM collections")
                .query(String.class)
                .single();
    }

    /** All that is in the session's folder, whole or not. */
    private List<Path> finished() throws IOException {
        Path runs = folder.resolve("artifacts/known");
        if (!Files.exists(runs)) {
            return List.of();
        }
        try (Stream<Path> list = Files.list(runs)) {
            return list.toList();
        }
    }

    private String log() throws IOException {
        return Files.exists(folder.resolve("log")) ? Files.readString(folder.resolve("log")) : "(no log)";
    }
}
