package io.aitbc.e2e.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All services and a small fleet, started by {@code ./run} as a reader would, on free ports, in a folder that looks like the
 * project and has data of its own; and Prometheus, where it is installed.
 */
final class RunningPool implements AutoCloseable {

    private static final int READY_SECONDS = 600;
    private static final int STOP_SECONDS = 90;

    private final Path folder;
    private final Path log;
    private final Process run;
    private final Map<String, Integer> ports;
    private @Nullable Process prometheus;

    private RunningPool(Path folder, Path log, Process run, Map<String, Integer> ports) {
        this.folder = folder;
        this.log = log;
        this.run = run;
        this.ports = ports;
    }

    static RunningPool start(Path temporary) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("project"));
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Page.ROOT)) {
            for (Path entry : entries) {
                if (!entry.endsWith("data")) {
                    Files.createSymbolicLink(folder.resolve(entry.getFileName()), entry);
                }
            }
        }
        Map<String, Integer> ports = new LinkedHashMap<>();
        for (String name : new String[] {"POOLHUB", "COORDINATOR", "MONITORING", "PROMETHEUS", "EXPORTER"}) {
            ports.put(name, freePort());
        }
        Path log = temporary.resolve("run.log");
        ProcessBuilder command = new ProcessBuilder("./run", "--no-build", "--simulated-miners", "8")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        ports.forEach((name, port) -> command.environment().put(name + "_PORT", port.toString()));
        command.environment().put("PROMETHEUS_URL", "http://localhost:" + ports.get("PROMETHEUS"));
        command.environment().put("NOTIFY_ALLOW_TARGETS", "localhost");
        command.environment().put("RUN_READY_SECONDS", Integer.toString(READY_SECONDS));
        RunningPool pool = new RunningPool(folder, log, command.start(), ports);
        try {
            pool.awaitReady();
            pool.startPrometheus(temporary);
            return pool;
        } catch (IOException | RuntimeException | Error e) {
            pool.close();
            throw e;
        }
    }

    private void awaitReady() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
        while (Files.readAllLines(log).stream().noneMatch(line -> line.startsWith("ready"))) {
            if (!run.isAlive() || System.nanoTime() > deadline) {
                throw new AssertionError("./run did not become ready:\n" + Files.readString(log));
            }
            pause(200);
        }
    }

    /** It scrapes what it would scrape, by the keys that were made. */
    private void startPrometheus(Path temporary) throws IOException {
        if (!Commands.isInstalled("prometheus")) {
            return;
        }
        Map<String, String> keys = credentials();
        StringBuilder config = new StringBuilder("global: {scrape_interval: 1s}\nscrape_configs:\n");
        for (Map.Entry<String, String> service : urls().entrySet()) {
            String key = service.getKey().replace("-api", "").replace("-", "").toUpperCase(java.util.Locale.ROOT);
            config.append("""
                      - job_name: %s
                        metrics_path: /actuator/prometheus
                        authorization: {credentials: %s}
                        static_configs: [{targets: ['%s']}]
                    """.formatted(
                            service.getKey(),
                            keys.get(key + "_VIEWER_KEY"),
                            service.getValue().replace("http://", "")));
        }
        Path file = Files.writeString(temporary.resolve("prometheus.yml"), config);
        String url = "http://localhost:" + ports.get("PROMETHEUS");
        prometheus = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + file,
                        "--storage.tsdb.path=" + temporary.resolve("prometheus"),
                        "--web.listen-address=127.0.0.1:" + ports.get("PROMETHEUS"),
                        "--web.enable-lifecycle",
                        "--web.enable-admin-api")
                .redirectErrorStream(true)
                .redirectOutput(temporary.resolve("prometheus.log").toFile())
                .start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (get(url + "/-/ready").isEmpty()) {
            if (!prometheus.isAlive() || System.nanoTime() > deadline) {
                throw new AssertionError(
                        "prometheus is not ready:\n" + Files.readString(temporary.resolve("prometheus.log")));
            }
            pause(100);
        }
    }

    /** The keys that were made, by their variables. */
    Map<String, String> credentials() throws IOException {
        Map<String, String> credentials = new LinkedHashMap<>();
        for (String line : Files.readAllLines(folder.resolve("data/credentials.env"))) {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#")) {
                credentials.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return credentials;
    }

    /** Where commands are to be run. */
    Path folder() {
        return folder;
    }

    /** What stands in the documentation, and what is ours: ports, and the names that runbooks take from an alert. */
    Map<String, String> replaced() throws IOException {
        Map<String, String> replaced = new LinkedHashMap<>();
        replaced.put("localhost:8210", "localhost:" + ports.get("POOLHUB"));
        replaced.put("localhost:8011", "localhost:" + ports.get("COORDINATOR"));
        replaced.put("localhost:8002", "localhost:" + ports.get("MONITORING"));
        replaced.put("localhost:9090", "localhost:" + ports.get("PROMETHEUS"));
        replaced.put("localhost:8000", "localhost:" + ports.get("EXPORTER"));
        replaced.put("http.server 8000", "http.server " + ports.get("EXPORTER"));
        replaced.put("MINER=my-miner", "MINER=sim-0001");
        replaced.put("GPU=GPU-1f0c3a52", "GPU=" + anyGpu());
        return replaced;
    }

    private String anyGpu() throws IOException {
        String gpus =
                get(urls().get("pool-hub") + "/v1/gpus?limit=1", credentials().get("POOLHUB_VIEWER_KEY"));
        Matcher gpu = Pattern.compile("GPU-[0-9a-f-]+").matcher(gpus);
        return gpu.find() ? gpu.group() : "none";
    }

    /** By service. */
    Map<String, String> urls() {
        Map<String, String> urls = new LinkedHashMap<>();
        urls.put("pool-hub", "http://localhost:" + ports.get("POOLHUB"));
        urls.put("coordinator-api", "http://localhost:" + ports.get("COORDINATOR"));
        urls.put("monitoring", "http://localhost:" + ports.get("MONITORING"));
        return urls;
    }

    /** The body of an answer 200; empty for any other. */
    String get(String url) {
        return get(url, "none");
    }

    private static String get(String url, @Nullable String key) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .header("Authorization", "Bearer " + key)
                    .build();
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? answer.body() : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (prometheus != null) {
            prometheus.destroy();
        }
        run.destroy();
        try {
            if (!run.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                // Its watcher stops what it has started.
                run.destroyForcibly().waitFor();
            }
            if (prometheus != null && !prometheus.waitFor(20, TimeUnit.SECONDS)) {
                prometheus.destroyForcibly();
            }
            // What cleans up after the tests must not meet links into the project.
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Files::isSymbolicLink)) {
                for (Path link : entries) {
                    Files.delete(link);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
