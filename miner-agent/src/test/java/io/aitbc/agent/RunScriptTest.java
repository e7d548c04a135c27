package io.aitbc.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./run} in a folder of its own, with a java that starts {@link FakeService}. */
@DisabledOnOs(OS.WINDOWS)
class RunScriptTest {

    @TempDir
    Path root;

    private final List<Process> started = new ArrayList<>();
    private int hubPort;
    private int coordinatorPort;
    private int monitoringPort;

    @BeforeEach
    void aProject() throws Exception {
        Files.copy(Path.of("..", "run"), root.resolve("run"), StandardCopyOption.COPY_ATTRIBUTES);
        for (String module : List.of("coordinator-api", "pool-hub", "monitoring", "miner-agent")) {
            Files.createDirectories(root.resolve(module + "/target"));
            Files.writeString(root.resolve(module + "/target/" + module + "-1.jar"), "");
        }
        Path java = Files.createDirectories(root.resolve("jdk/bin")).resolve("java");
        String real = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Files.writeString(
                java, """
                #!/bin/sh
                if [ "$1" = -version ]; then exec '%s' -version; fi
                exec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx64m -cp '%s' %s "$@"
                """.formatted(real, real, System.getProperty("java.class.path"), FakeService.class.getName()));
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        hubPort = freePort();
        coordinatorPort = freePort();
        monitoringPort = freePort();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        started.forEach(Process::destroy);
        for (Process process : started) {
            process.waitFor(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void saysReadyAndStopsTheFleetFirstAndTheCoordinatorLast() throws Exception {
        Process run = run("out");
        until("out", "\nready ");
        assertThat(output("out"))
                .contains("http://127.0.0.1:" + hubPort + "/swagger-ui.html")
                .contains("http://127.0.0.1:" + monitoringPort + "/swagger-ui.html")
                .contains("data/credentials.env")
                .containsPattern("(?m)^  curl .*\n  curl .*\n  curl ");
        assertThat(Files.readString(root.resolve("data/arguments")))
                .contains("--simulate 24 --seed 1 --speed 60")
                .contains("--hub http://127.0.0.1:" + hubPort)
                .contains("--coordinator http://127.0.0.1:" + coordinatorPort);

        run.destroy(); // SIGTERM
        assertThat(exit(run)).as(output("out")).isZero();
        assertThat(root.resolve("data/stopped")).hasContent("miner-agent\nmonitoring\npool-hub\ncoordinator-api\n");
        assertThat(root.resolve("data/run.pid")).doesNotExist();
    }

    @Test
    void aSecondRunIsRefusedOnTheSameDataAndOnTheSamePorts() throws Exception {
        run("out");
        until("out", "\nready ");
        assertThat(exit(run("same"))).isEqualTo(3);
        assertThat(output("same"))
                .containsPattern("another ./run \\(process \\d+\\) uses the data folder data; stop it, or choose");
        assertThat(exit(run("other", "--data-dir", root.resolve("other-data").toString())))
                .isEqualTo(3);
        assertThat(output("other"))
                .contains("port " + coordinatorPort + " (coordinator-api) is in use; choose another with "
                        + "--coordinator-port or COORDINATOR_PORT");
    }

    @Test
    void aPortInUseIsSaidByNameBeforeAnythingStarts() throws Exception {
        try (ServerSocket taken = new ServerSocket(hubPort, 1, InetAddress.getLoopbackAddress())) {
            assertThat(exit(run("out"))).isEqualTo(3);
            assertThat(output("out"))
                    .isEqualTo("run: port " + taken.getLocalPort()
                            + " (pool-hub) is in use; choose another with --pool-hub-port or POOLHUB_PORT\n");
        }
        assertThat(root.resolve("data/coordinator-api.pid")).doesNotExist();
    }

    @Test
    void aServiceThatDiesIsShownAndTheOthersAreStopped() throws Exception {
        Process run = run("out", builder -> builder.environment().put("FAKE_DIES", "pool-hub"));
        assertThat(exit(run)).isEqualTo(1);
        assertThat(output("out"))
                .contains("run: pool-hub died; the end of")
                .contains("  | cannot open the database")
                .contains("run: stopping the others");
        assertThat(pid("coordinator-api")).matches(pid -> !runs(pid), "is stopped");
    }

    @Test
    void aServiceThatDiesLaterEndsAllWithAnError() throws Exception {
        Process run = run("out");
        until("out", "\nready ");
        ProcessHandle.of(pid("coordinator-api")).ifPresent(ProcessHandle::destroyForcibly);
        assertThat(exit(run)).isEqualTo(1);
        assertThat(output("out")).contains("run: coordinator-api died");
        assertThat(pid("miner-agent")).matches(pid -> !runs(pid), "is stopped");
    }

    @Test
    void whenTheScriptItselfIsKilledNothingIsLeftRunning() throws Exception {
        Process run = run("out");
        until("out", "\nready ");
        run.destroyForcibly().waitFor();
        for (String name : List.of("miner-agent", "monitoring", "pool-hub", "coordinator-api")) {
            long pid = pid(name);
            until(() -> !runs(pid), name + " is stopped");
        }
        assertThat(exit(run("again", "--help"))).isZero();
    }

    @Test
    void simulatedMinersMayBeNone() throws Exception {
        run("out", "--simulated-miners=0");
        until("out", "\nready ");
        assertThat(root.resolve("data/miner-agent.pid")).doesNotExist();
    }

    @Test
    void wrongUsageIsSaid() throws Exception {
        assertThat(exit(run("a", "--pool-hub-port", "70000"))).isEqualTo(2);
        assertThat(output("a")).isEqualTo("run: POOLHUB_PORT must be within 1..65535, was 70000\n");
        assertThat(exit(run("b", "--nonsense"))).isEqualTo(2);
        assertThat(output("b")).contains("unknown option --nonsense");
        assertThat(exit(run("c", "--data-dir"))).isEqualTo(2);
        assertThat(output("c")).contains("--data-dir needs a value");
    }

    private Process run(String output, String... arguments) throws IOException {
        return run(output, builder -> builder.command().addAll(List.of(arguments)));
    }

    private Process run(String output, Consumer<ProcessBuilder> more) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of("./run", "--no-build")))
                .directory(root.toFile())
                .redirectErrorStream(true)
                .redirectOutput(root.resolve(output).toFile());
        builder.environment().put("JAVA_HOME", root.resolve("jdk").toString());
        builder.environment().put("POOLHUB_PORT", "" + hubPort);
        builder.environment().put("COORDINATOR_PORT", "" + coordinatorPort);
        builder.environment().put("MONITORING_PORT", "" + monitoringPort);
        List.of("DATA_DIR", "BIND_ADDRESS", "SIMULATED_MINERS", "SIMULATION_SPEED", "JAVA_OPTS", "JAVA_TOOL_OPTIONS")
                .forEach(builder.environment()::remove);
        more.accept(builder);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private int exit(Process process) throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended in time").isTrue();
        return process.exitValue();
    }

    private String output(String name) {
        try {
            return Files.readString(root.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long pid(String name) throws IOException {
        return Long.parseLong(Files.readString(root.resolve("data/" + name + ".pid")));
    }

    /** Orphans of a killed script stay as zombies where process 1 does not look after them. */
    private static boolean runs(long pid) {
        try {
            Path status = Path.of("/proc/" + pid + "/status");
            if (Files.exists(status)) {
                return Files.readAllLines(status).stream().noneMatch(line -> line.matches("State:\\s+Z.*"));
            }
        } catch (IOException goneMeanwhile) {
            return false;
        }
        return ProcessHandle.of(pid).isPresent();
    }

    private void until(String output, String text) throws InterruptedException {
        until(() -> ("\n" + output(output)).contains(text), "says " + text.strip());
    }

    private static void until(BooleanSupplier holds, String what) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
