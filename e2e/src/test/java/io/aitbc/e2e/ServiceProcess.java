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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One service as its operator runs it: {@code java -jar}, an environment, a port, a log. */
final class ServiceProcess implements AutoCloseable {

    /** Long: several may start at once, for the first time, on two slow cores. */
    private static final int READY_SECONDS = 300;

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final String name;
    private final int port;
    private final Path log;
    private final Map<String, String> environment;
    private List<String> arguments = List.of();
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
        arguments = Packaged.of(name).arguments();
        List<String> command =
                new ArrayList<>(List.of(Packaged.java(), "-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
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

    /** Waits until it says that it is well. */
    ServiceProcess awaitReady() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
        while (System.nanoTime() < deadline) {
            if (answers()) {
                return this;
            }
            if (!isRunning()) {
                throw new AssertionError(name + " ended while it started:\n" + tail());
            }
            pause(50);
        }
        throw new AssertionError(name + " was not ready within " + READY_SECONDS + " s:\n" + tail());
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
            Packaged.of(name).killed(arguments);
        }
    }

    /** SIGTERM, as an operator stops it. */
    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            process.destroy();
            if (await()) {
                Packaged.of(name).ended(arguments);
                return;
            }
        }
        kill();
    }

    private boolean await() {
        try {
            return process == null || process.waitFor(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
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
