package io.aitbc.benchmarks;

import io.aitbc.benchmarks.load.HttpLine;
import io.aitbc.benchmarks.load.HttpRequest;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A packaged service, run as a user runs it: {@code java -jar}, configured by its environment. */
final class ServiceProcess implements AutoCloseable {

    static final String OPERATOR = "operator-key-of-the-benchmarks";
    static final String VIEWER = "viewer-key-of-the-benchmarks";
    static final String SERVICE = "service-key-of-the-benchmarks";
    private static final Duration START = Duration.ofSeconds(120);

    private final Process process;
    private final int port;
    private final Path log;

    private ServiceProcess(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /**
     * Starts a service on the given database and waits until it answers.
     *
     * @param folder where it works and logs
     * @param extra further environment variables
     */
    static ServiceProcess start(
            Path jar, List<String> javaOptions, Path folder, Servers.Database database, Map<String, String> extra)
            throws IOException, InterruptedException {
        int port = freePort();
        Files.createDirectories(folder);
        Path log = folder.resolve("service.log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaOptions);
        command.addAll(List.of("-jar", jar.toAbsolutePath().toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Map<String, String> environment = builder.environment();
        environment.put("SERVER_PORT", String.valueOf(port));
        environment.put("DATA_DIR", folder.toString());
        environment.put("SPRING_DATASOURCE_URL", database.url());
        environment.put("SPRING_DATASOURCE_USERNAME", database.username());
        environment.put("SPRING_DATASOURCE_PASSWORD", database.password());
        environment.put("RATE_LIMIT_PER_SECOND", "0");
        for (String name : List.of("POOLHUB", "COORDINATOR")) {
            environment.put(name + "_OPERATOR_KEY", OPERATOR);
            environment.put(name + "_VIEWER_KEY", VIEWER);
        }
        environment.put("POOLHUB_ENROLLMENT_TOKEN", "enrolment-token-of-the-benchmarks");
        environment.put("COORDINATOR_API_KEY", SERVICE);
        environment.put("POOLHUB_SERVICE_KEY", SERVICE);
        environment.putAll(extra);
        Process process = builder.start();
        // Ctrl-C takes the services along.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "end-service"));
        ServiceProcess service = new ServiceProcess(process, port, log);
        try {
            service.awaitReady();
        } catch (IOException | InterruptedException | RuntimeException e) {
            service.close();
            throw e;
        }
        return service;
    }

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (true) {
            try (HttpLine line = new HttpLine(port)) {
                line.exchange(HttpRequest.get("/v1/health", VIEWER));
                return;
            } catch (IOException notYet) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IOException("the service did not start; its log is " + log + " and ends with\n" + tail());
                }
            }
            Thread.sleep(100);
        }
    }

    private String tail() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** CPU time that it has used so far, all threads together, ms. */
    double cpuMs() {
        return process.toHandle()
                .info()
                .totalCpuDuration()
                .map(used -> used.toNanos() / 1e6)
                .orElse(Double.NaN);
    }

    /** Sends one request on a connection of its own. */
    String exchange(byte[] request) throws IOException {
        try (HttpLine line = new HttpLine(port)) {
            return line.exchange(request);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
