package io.aitbc.monitoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.springframework.util.FileSystemUtils;

/** A Prometheus server of the system's package, for tests that need a real one; where it is not installed they are skipped. */
public final class RealPrometheus implements AutoCloseable {

    /** Scrapes nothing. */
    public static final String NOTHING = """
            global:
              scrape_interval: 1s
            scrape_configs: []
            """;

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private static @Nullable RealPrometheus shared;

    private final Path folder;
    private final int port;
    private final boolean hasLifecycle;
    private @Nullable Process process;

    private RealPrometheus(Path folder, int port, boolean hasLifecycle) {
        this.folder = folder;
        this.port = port;
        this.hasLifecycle = hasLifecycle;
    }

    /** Skips the test where there is none. */
    public static void assumeInstalled() {
        Assumptions.assumeTrue(isInstalled(), "prometheus is not installed here");
    }

    public static boolean isInstalled() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "prometheus")));
    }

    /** One for all tests that only ask it questions; an address where nobody answers, where it is not installed. */
    static synchronized String sharedUrl() {
        if (!isInstalled()) {
            return "http://127.0.0.1:1";
        }
        if (shared == null) {
            RealPrometheus started = start(NOTHING);
            Runtime.getRuntime().addShutdownHook(new Thread(started::close));
            shared = started;
        }
        return shared.url();
    }

    /** A server of its own with this configuration, ready to be asked. */
    public static RealPrometheus start(String configuration) {
        return start(configuration, true);
    }

    /** @param hasLifecycle whether it reads its configuration again when it is told to */
    public static RealPrometheus start(String configuration, boolean hasLifecycle) {
        try {
            RealPrometheus server =
                    new RealPrometheus(Files.createTempDirectory("prometheus"), freePort(), hasLifecycle);
            Files.writeString(server.config(), configuration);
            return server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it, again if it was stopped, with its configuration and data as they are. */
    public RealPrometheus start() {
        try {
            process = new ProcessBuilder(
                            "prometheus",
                            "--config.file=" + config(),
                            "--storage.tsdb.path=" + folder.resolve("data"),
                            "--web.listen-address=127.0.0.1:" + port,
                            hasLifecycle ? "--web.enable-lifecycle" : "--no-web.enable-lifecycle",
                            "--log.level=warn")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!isReady()) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                throw new IllegalStateException("prometheus did not start: " + log());
            }
            pause(50);
        }
        return this;
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Its configuration file. */
    public Path config() {
        return folder.resolve("prometheus.yml");
    }

    public String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            return "(no log)";
        }
    }

    /** Stops it; its data stay. */
    public void stop() {
        if (process != null) {
            process.destroy();
            try {
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        stop();
        FileSystemUtils.deleteRecursively(folder.toFile());
    }

    /** A port that nobody listens on. */
    public static int freePort() {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isReady() {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/-/ready"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
