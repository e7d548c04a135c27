package io.aitbc.e2e;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One service as its operator runs it: {@code java -jar}, an environment, a port, a log. */
final class ServiceProcess implements AutoCloseable {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final String name;
    private final int port;
    private final Path log;
    private final Map<String, String> environment;
    private @Nullable Process process;

    ServiceProcess(String name, String portVariable, Path folder, Map<String, String> environment) {
        this.name = name;
        this.port = freePort();
        this.log = folder.resolve(name + "-" + port + ".log");
        this.environment = new HashMap<>(environment);
        this.environment.put(portVariable, Integer.toString(port));
    }

    /** More of its environment, from the next start on. */
    void give(Map<String, String> more) {
        environment.putAll(more);
    }

    static int freePort() {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return name;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    Path log() {
        return log;
    }

    /** Starts it; it is not ready yet. */
    ServiceProcess start() {
        ProcessBuilder builder = new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx384m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-jar",
                jar().toString());
        builder.environment().keySet().removeIf(key -> key.startsWith("SPRING_") || key.startsWith("JAVA_TOOL"));
        builder.environment().putAll(environment);
        try {
            process = builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    private Path jar() {
        Path folder = Path.of("..", name, "target").toAbsolutePath().normalize();
        Path jar = folder.resolve(name + "-" + System.getProperty("services.version") + ".jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is missing: run mvn verify, which packages it first");
        }
        return jar;
    }

    /** Waits until it says that it is well. */
    ServiceProcess awaitReady() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (System.nanoTime() < deadline) {
            if (answers()) {
                return this;
            }
            if (!isRunning()) {
                throw new AssertionError(name + " ended while it started:\n" + tail());
            }
            pause(50);
        }
        throw new AssertionError(name + " was not ready within 120 s:\n" + tail());
    }

    private boolean answers() {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/v1/health"))
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

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** SIGKILL: nothing of it gets to say goodbye. */
    void kill() {
        if (process != null) {
            process.destroyForcibly();
            await();
        }
    }

    /** SIGTERM, as an operator stops it. */
    @Override
    public void close() {
        if (process != null) {
            process.destroy();
            await();
            process.destroyForcibly();
        }
    }

    private void await() {
        try {
            if (process != null && !process.waitFor(40, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    String tail() {
        try (Stream<String> lines = Files.lines(log)) {
            List<String> all = lines.toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - 20), all.size()));
        } catch (IOException e) {
            return "(no log)";
        }
    }

    static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
