package io.aitbc.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged monitoring service as {@code ./run} starts it, beside a real Prometheus that asks it for its targets. Calls are
 * made with curl and without a key, as somebody on the same machine makes them.
 */
class MonitoringIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private static @Nullable ServiceProcess monitoring;
    private static @Nullable Process prometheus;

    @BeforeAll
    static void start() throws IOException {
        Assumptions.assumeTrue(isInstalled("prometheus"), "prometheus is not installed here");
        Assumptions.assumeTrue(isInstalled("curl"), "curl is not installed here");
        int port = ServiceProcess.freePort();
        ServiceProcess service = new ServiceProcess(
                "monitoring",
                "MONITORING_PORT",
                folder,
                Map.of(
                        "DATA_DIR",
                        folder.resolve("data").toString(),
                        "PROMETHEUS_URL",
                        "http://127.0.0.1:" + port,
                        "ARTIFACTS_DIR",
                        folder.resolve("results").toString()));
        monitoring = service.start();
        Path configuration = folder.resolve("prometheus.yml");
        Files.writeString(configuration, """
                global:
                  scrape_interval: 1s
                scrape_configs:
                  - job_name: sessions
                    http_sd_configs:
                      - url: %s/api/v1/sd/targets
                        refresh_interval: 1s
                """.formatted(service.url()));
        prometheus = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + folder.resolve("tsdb"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--log.level=warn")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
        service.awaitReady();
        until(60, () -> curl("/api/v1/prometheus/health").path("ready").asBoolean());
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (prometheus != null) {
            prometheus.destroy();
            prometheus.waitFor(20, TimeUnit.SECONDS);
        }
        if (monitoring != null) {
            monitoring.close();
        }
    }

    @Test
    void theWalkThroughOfTheFirstRequestsWorksAsItIsWritten() {
        assertThat(curl("/api/v1/sessions", "{\"session_id\": \"bench01\"}")
                        .path("session_id")
                        .asText())
                .isEqualTo("bench01");
        JsonNode target = curl("/api/v1/sessions/bench01/targets", """
                {
                  "job_id": "3607637",
                  "target_type": "vllm",
                  "scrape_config": {
                    "job_name": "vllm-3607637",
                    "metrics_path": "/metrics/vllm/3607637",
                    "targets": ["server-api:8001"]
                  }
                }""");
        assertThat(target.toString()).contains("vllm-3607637");
        until(30, () -> curl("/api/v1/prometheus/targets").toString().contains("/metrics/vllm/3607637"));
        assertThat(curl("/api/v1/prometheus/query", "{\"query\": \"up\"}").toString())
                .contains("vector");
        JsonNode run = curl("/api/v1/sessions/bench01/collect", """
                {
                  "start_time": "2025-01-01T10:00:00Z",
                  "end_time": "2025-01-01T10:10:00Z",
                  "output_dir": "%s"
                }""".formatted(folder.resolve("results")));
        assertThat(run.path("state").asText()).as(run::toString).isEqualTo("COLLECTED");
        assertThat(run.path("kpis").findValuesAsText("status"))
                .as("nothing was scraped then, and that is not zero")
                .containsOnly("NO_DATA");
        assertThat(curl("/api/v1/sessions/bench01").path("state").asText()).isEqualTo("COLLECTED");
        assertThat(status("DELETE", "/api/v1/sessions/bench01")).isEqualTo("204");
        assertThat(status("GET", "/api/v1/sessions/bench01")).isEqualTo("404");
    }

    @Test
    void aSessionOverTheServiceItselfIsCollectedAndVerified() throws Exception {
        ServiceProcess service = Objects.requireNonNull(monitoring);
        String address = service.url().replace("http://", "");
        Instant start = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        curl(
                "/api/v1/sessions",
                "{\"session_id\": \"own\", \"scrape_interval\": \"1s\", \"labels\": {\"run\": \"a\"}}");
        curl("/api/v1/sessions/own/targets", """
                {"job_id": "own", "target_type": "custom", "scrape_config": {"job_name": "own",
                 "metrics_path": "/v1/health", "targets": ["%s"], "scrape_timeout": "1s"}}""".formatted(address));
        // It answers, but not in the text format of metrics: Prometheus says so, and the session never claims to run.
        until(30, () -> curl("/api/v1/prometheus/targets").toString().contains("/v1/health"));
        ServiceProcess.pause(3_000);
        JsonNode run = curl(
                "/api/v1/sessions/own/collect?wait=60",
                "{\"start_time\": \"" + start + "\", \"end_time\": \"" + Instant.now() + "\"}");
        assertThat(run.path("state").asText()).as(run::toString).isEqualTo("COLLECTED");
        Path artifacts;
        try (Stream<Path> files = Files.walk(folder.resolve("results"))) {
            artifacts = files.filter(file -> file.endsWith(run.path("run_id").asText()))
                    .findFirst()
                    .orElseThrow();
        }
        assertThat(cli("verify", artifacts.toString())).isZero();
        Files.writeString(artifacts.resolve("kpi_long.csv"), "tampered\n");
        assertThat(cli("verify", artifacts.toString())).isEqualTo(1);
    }

    private static int cli(String... arguments) throws Exception {
        ServiceProcess service = monitoring;
        List<String> command = new ArrayList<>(List.of(Packaged.java()));
        command.addAll(Packaged.of("monitoring").arguments());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("MONITORING_URL", service == null ? "" : service.url());
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("cli.log").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static JsonNode curl(String path) {
        return read(run("-s", url(path)));
    }

    private static JsonNode curl(String path, String body) {
        return read(run("-s", "-X", "POST", url(path), "-H", "Content-Type: application/json", "-d", body));
    }

    private static String status(String method, String path) {
        return run("-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", method, url(path));
    }

    private static String url(String path) {
        ServiceProcess service = monitoring;
        return (service == null ? "" : service.url().replace("127.0.0.1", "localhost")) + path;
    }

    private static String run(String... arguments) {
        try {
            Process process = new ProcessBuilder(
                            Stream.concat(Stream.of("curl", "--max-time", "100"), Stream.of(arguments))
                                    .toList())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(110, TimeUnit.SECONDS)).isTrue();
            return said;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException("not JSON: " + text, e);
        }
    }

    private static void until(int seconds, BooleanSupplier holds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("it did not come about within %s s", seconds)
                    .isLessThan(end);
            ServiceProcess.pause(200);
        }
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    }
}
