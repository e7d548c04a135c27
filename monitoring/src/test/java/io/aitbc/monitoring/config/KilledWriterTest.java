package io.aitbc.monitoring.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.aitbc.monitoring.RealPrometheus;
import io.aitbc.monitoring.prometheus.PrometheusClients;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Killed at any step, a writer leaves a file that Prometheus loads, and the next one undoes what it left. */
class KilledWriterTest {

    private static final String THEIRS = """
            global:
              scrape_interval: 1s
            scrape_configs:
              - job_name: prometheus
                static_configs:
                  - targets: ['127.0.0.1:1']
            """;

    private static PGSimpleDataSource database = new PGSimpleDataSource();
    private static @Nullable RealPrometheus shared;

    @BeforeAll
    static void start() {
        RealPrometheus.assumeInstalled();
        database = ConfigScene.database();
        shared = RealPrometheus.start(THEIRS);
    }

    @AfterAll
    static void end() {
        if (shared != null) {
            shared.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void leavesALoadableFileThatIsMended(Step step) throws Exception {
        RealPrometheus server = java.util.Objects.requireNonNull(shared);
        ConfigScene scene = new ConfigScene(database, server.url(), server.config(), "promtool", at -> {});
        String before = Files.readString(server.config());
        HttpServer refusing = refusing();
        String url = step == Step.RESTORED
                ? "http://127.0.0.1:" + refusing.getAddress().getPort()
                : server.url();
        assertThat(runUntil(step, url, server.config())).isEqualTo(KilledWriter.HALTED);
        refusing.stop(0);

        assertThat(new Promtool("promtool").fault(server.config()))
                .as("loadable")
                .isEmpty();
        assertThat(Files.readString(server.config()))
                .as("whole: the one or the other")
                .satisfiesAnyOf(
                        text -> assertThat(text).isEqualTo(before),
                        text -> assertThat(PrometheusYaml.sha256(text)).isPresent());
        PrometheusClients.at(server.url()).reload();
        assertThat(scene.generations.halfDone())
                .as("it is known that somebody has to look")
                .isPresent();

        assertThat(scene.writer.mend()).isEmpty();
        assertThat(scene.kept()).isEmpty();
        assertThat(scene.generations.halfDone()).isEmpty();
        assertThat(PrometheusYaml.read(Files.readString(server.config())).jobs())
                .isEmpty();
        assertThat(Files.readString(server.config())).endsWith(THEIRS);
        assertThat(PrometheusClients.at(server.url())
                        .get("/api/v1/status/config")
                        .data()
                        .path("yaml")
                        .asText())
                .doesNotContain("s/new")
                .contains("job_name: prometheus");
        try (var files = Files.list(server.config().getParent())) {
            assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".new"));
        }
    }

    private static int runUntil(Step step, String url, Path file) throws IOException, InterruptedException {
        Path output = Files.createTempFile("killed-writer", ".out");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path")
                                .replace(File.pathSeparator + File.pathSeparator, File.pathSeparator),
                        KilledWriter.class.getName(),
                        database.getUrl(),
                        String.valueOf(database.getUser()),
                        String.valueOf(database.getPassword()),
                        url,
                        file.toString(),
                        step.name())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isEqualTo(KilledWriter.HALTED);
            return process.exitValue();
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    /** Says when it read its configuration, and does not read it again. */
    private static HttpServer refusing() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
        server.createContext("/", exchange -> {
            boolean reload = exchange.getRequestURI().getPath().equals("/-/reload");
            byte[] body = (reload
                            ? "no"
                            : "{\"status\":\"success\",\"data\":{\"lastConfigTime\":\"2026-01-01T00:00:00Z\"}}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reload ? 500 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }
}
