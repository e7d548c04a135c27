package io.aitbc.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/**
 * Prometheus, Alertmanager and both exporters, as they are installed, on a copy of the configuration that is shipped. In the copy addresses and
 * keys are those of this test, and durations are cut: scrapes and evaluations to a second, {@code for} to 2 s, windows to 20 s.
 */
final class PrometheusStack implements AutoCloseable {

    static final List<String> PROGRAMS = List.of(
            "prometheus", "prometheus-alertmanager", "prometheus-blackbox-exporter", "prometheus-node-exporter");

    private static final Path SHIPPED = Path.of("..", "infra", "prometheus");

    private final Path folder;
    private final Map<String, String> addresses = new TreeMap<>();
    private final List<Process> processes = new ArrayList<>();

    /** Addresses of services by those that they have in the configuration, such as {@code localhost:8011}. */
    PrometheusStack(Path folder, Map<String, String> services) {
        this.folder = folder;
        addresses.putAll(services);
        for (String own : List.of("9090", "9093", "9100", "9115")) {
            addresses.put("localhost:" + own, "127.0.0.1:" + ServiceProcess.freePort());
        }
    }

    /** Whether all programs are installed. */
    static boolean isInstalled() {
        return PROGRAMS.stream()
                .allMatch(program -> Stream.of(
                                System.getenv().getOrDefault("PATH", "").split(":"))
                        .anyMatch(place -> Files.isExecutable(Path.of(place, program))));
    }

    /**
     * Writes the copy and starts all.
     *
     * @param keys contents of the key files by name
     * @param onCall whom the receiver that does not need the coordinator tells besides
     */
    PrometheusStack start(Map<String, String> keys, String onCall) throws IOException {
        Files.createDirectories(folder.resolve("rules"));
        Files.createDirectories(folder.resolve("keys"));
        for (Map.Entry<String, String> key : keys.entrySet()) {
            Files.writeString(folder.resolve("keys").resolve(key.getKey()), key.getValue());
        }
        Files.writeString(folder.resolve("prometheus.yml"), shipped("prometheus.yml"));
        Files.writeString(folder.resolve("blackbox.yml"), shipped("blackbox.yml"));
        Files.writeString(folder.resolve("alertmanager.yml"), alertmanager(onCall));
        try (Stream<Path> rules = Files.list(SHIPPED.resolve("rules"))) {
            for (Path file : rules.toList()) {
                String name = "rules/" + file.getFileName();
                Files.writeString(folder.resolve(name), shipped(name).replaceAll("\\[[0-9]+[mhd]\\]", "[20s]"));
            }
        }
        run("prometheus-node-exporter", "--no-collector.systemd", "--web.listen-address=" + address("9100"));
        run(
                "prometheus-blackbox-exporter",
                "--config.file=" + folder.resolve("blackbox.yml"),
                "--web.listen-address=" + address("9115"));
        run(
                "prometheus-alertmanager",
                "--config.file=" + folder.resolve("alertmanager.yml"),
                "--storage.path=" + folder.resolve("alertmanager"),
                "--cluster.listen-address=",
                "--web.listen-address=" + address("9093"));
        run(
                "prometheus",
                "--config.file=" + folder.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + folder.resolve("tsdb"),
                "--web.listen-address=" + address("9090"),
                "--log.level=warn");
        return this;
    }

    private String shipped(String name) throws IOException {
        String text = Files.readString(SHIPPED.resolve(name));
        for (Map.Entry<String, String> address : addresses.entrySet()) {
            text = text.replace(address.getKey(), address.getValue());
        }
        if (text.contains("targets: [localhost:") || text.contains("url: http://localhost:")) {
            throw new IllegalStateException(name + " names a service that this test does not know:\n" + text);
        }
        return text.replaceAll(
                        "(scrape_interval|scrape_timeout|evaluation_interval|refresh_interval|    interval): [0-9]+[sm]",
                        "$1: 1s")
                .replaceAll("(?m)^(        )for: .*$", "$1for: 2s")
                .replaceAll("(?m)^(        )keep_firing_for: .*$", "$1keep_firing_for: 15s")
                .replaceAll("group_wait: [0-9]+[sm]", "group_wait: 1s")
                .replaceAll("group_interval: [0-9]+[sm]", "group_interval: 3s");
    }

    /** Fills in what the file asks people to fill in. */
    private String alertmanager(String onCall) throws IOException {
        Map<String, Object> file = new Yaml().load(shipped("alertmanager.yml"));
        for (Object receiver : (List<?>) Objects.requireNonNull(file.get("receivers"))) {
            @SuppressWarnings("unchecked")
            Map<String, Object> fields = (Map<String, Object>) receiver;
            if ("without-the-coordinator".equals(fields.get("name"))) {
                List<Object> hooks = new ArrayList<>((List<?>) Objects.requireNonNull(fields.get("webhook_configs")));
                hooks.add(Map.of("url", onCall, "send_resolved", true));
                fields.put("webhook_configs", hooks);
            }
        }
        return new Yaml().dump(file);
    }

    private void run(String... command) throws IOException {
        processes.add(new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(command[0] + ".log").toFile())
                .start());
    }

    private String address(String port) {
        return addresses.getOrDefault("localhost:" + port, "");
    }

    Api prometheus() {
        return new Api("http://" + address("9090"), null);
    }

    /** The alerts that Alertmanager has. */
    JsonNode alerts() {
        return new Api("http://" + address("9093"), null).get("/api/v2/alerts").expect(200);
    }

    /** Whether a query has a result with a number in it: now, or at some time within the last minute. */
    boolean hasData(String query, boolean atOnce) {
        String path = "/api/v1/query?query=" + encoded(query);
        if (!atOnce) {
            Instant now = Instant.now();
            path = "/api/v1/query_range?query=" + encoded(query) + "&step=5&start="
                    + now.minus(Duration.ofMinutes(1)).getEpochSecond() + "&end=" + now.getEpochSecond();
        }
        JsonNode answer = prometheus().get(path).expect(200);
        for (JsonNode series : answer.path("data").path("result")) {
            for (JsonNode point : atOnce ? List.of(series.path("value")) : series.path("values")) {
                if (!point.path(1).asText("NaN").equals("NaN")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** The ends of all logs. */
    String logs() {
        StringBuilder logs = new StringBuilder();
        for (String program : PROGRAMS) {
            try (Stream<String> lines = Files.lines(folder.resolve(program + ".log"))) {
                List<String> all = lines.toList();
                logs.append(program).append(":\n");
                all.subList(Math.max(0, all.size() - 10), all.size())
                        .forEach(line -> logs.append(line).append('\n'));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return logs.toString();
    }

    @Override
    public void close() {
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            try {
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
