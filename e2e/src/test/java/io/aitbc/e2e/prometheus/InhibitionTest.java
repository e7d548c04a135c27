package io.aitbc.e2e.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** A real Alertmanager with the shipped configuration: who is not told of what, because he is told of something worse. */
class InhibitionTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    @TempDir
    Path folder;

    private @Nullable Process alertmanager;
    private URI api;

    @BeforeEach
    void start() throws Exception {
        Program program = Program.called("alertmanager", "prometheus-alertmanager");
        FileSystemUtils.copyRecursively(AlertRules.FOLDER, folder);
        Files.createDirectories(folder.resolve("keys"));
        Files.writeString(folder.resolve("keys/coordinator-service"), "a-key");
        // Nobody is to be told while this test runs.
        Path configuration = folder.resolve("alertmanager.yml");
        Files.writeString(
                configuration, Files.readString(configuration).replaceAll("group_wait: \\w+", "group_wait: 10m"));
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        api = URI.create("http://127.0.0.1:" + port + "/api/v2/alerts");
        alertmanager = program.with(
                        folder,
                        "--config.file=alertmanager.yml",
                        "--storage.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--cluster.listen-address=")
                .redirectOutput(folder.resolve("log.txt").toFile())
                .start();
        for (int i = 0; !answers(); i++) {
            assertThat(i).as(Files.readString(folder.resolve("log.txt"))).isLessThan(300);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (alertmanager != null) {
            alertmanager.destroy();
            alertmanager.waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void whatIsWorseOrTheCauseIsToldAlone() throws Exception {
        fire(
                alert("LowMinerUptime", "critical", "component", "fleet", "service", "pool-hub", "pool_id", "pool-1"),
                alert("LowMinerUptime", "critical", "component", "fleet", "service", "pool-hub", "pool_id", "pool-2"),
                alert("ServiceDown", "critical", "outage", "partial", "service", "pool-hub", "pool_id", "pool-2"),
                alert("UsageConflicts", "critical", "component", "billing", "service", "coordinator-api"));
        assertThat(told()).as("a hub that is down in part").hasSize(4);

        fire(alert("ServiceDown", "critical", "outage", "full", "service", "pool-hub", "pool_id", "pool-1"));
        assertThat(told())
                .as("while the hub of a pool is away, its miners are not known; those of another pool are")
                .doesNotContain("LowMinerUptime pool-1")
                .contains("LowMinerUptime pool-2", "ServiceDown pool-1", "UsageConflicts ");
    }

    @Test
    void theWorseOfTwoAboutTheSameGpuIsToldAlone() throws Exception {
        fire(
                alert("GpuThermalWarning", "warning", "concern", "temperature", "uuid", "GPU-a", "miner_id", "m-1"),
                alert("GpuThermalWarning", "warning", "concern", "temperature", "uuid", "GPU-b", "miner_id", "m-2"),
                alert("GpuPowerSpike", "warning", "concern", "power", "uuid", "GPU-a", "miner_id", "m-1"),
                alert("HighJobQueue", "warning"),
                alert("JobProcessingTooSlow", "critical"),
                alert("GpuThermalCritical", "critical", "concern", "temperature", "uuid", "GPU-a", "miner_id", "m-1"));
        assertThat(told())
                .containsExactlyInAnyOrder(
                        "GpuThermalWarning m-2",
                        "GpuPowerSpike m-1",
                        "GpuThermalCritical m-1",
                        "HighJobQueue ",
                        "JobProcessingTooSlow ");
    }

    private static Map<String, String> alert(String name, String severity, String... labels) {
        Map<String, String> all = new TreeMap<>(Map.of("alertname", name, "severity", severity));
        for (int i = 0; i < labels.length; i += 2) {
            all.put(labels[i], labels[i + 1]);
        }
        return all;
    }

    @SafeVarargs
    private void fire(Map<String, String>... alerts) throws IOException, InterruptedException {
        List<Map<String, Map<String, String>>> body =
                List.of(alerts).stream().map(labels -> Map.of("labels", labels)).toList();
        HttpRequest request = HttpRequest.newBuilder(api)
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
        assertThat(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
    }

    /** The alerts that are not held back, with their pool or miner. */
    private Set<String> told() throws IOException, InterruptedException {
        Set<String> told = new TreeSet<>();
        for (JsonNode alert : JSON.readTree(get("?inhibited=false").body())) {
            JsonNode labels = alert.path("labels");
            told.add(labels.path("alertname").asText() + " "
                    + labels.path("pool_id").asText(labels.path("miner_id").asText()));
        }
        return told;
    }

    private boolean answers() throws InterruptedException {
        try {
            return get("").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private HttpResponse<String> get(String query) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(api + query))
                .timeout(Duration.ofSeconds(10))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
