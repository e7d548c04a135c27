package io.aitbc.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One miner-agent as its operator runs it. */
final class AgentProcess implements AutoCloseable {

    private final Path folder;
    private final List<String> command;
    private final String hubUrl;
    private final String token;
    private final String operatorKey;
    private @Nullable Process process;

    AgentProcess(Path folder, String hubUrl, String token, String operatorKey, String... options) {
        this.folder = folder;
        this.hubUrl = hubUrl;
        this.token = token;
        this.operatorKey = operatorKey;
        Path jar = Path.of(
                        "..", "miner-agent", "target", "miner-agent-" + System.getProperty("services.version") + ".jar")
                .toAbsolutePath()
                .normalize();
        this.command = new ArrayList<>(List.of(
                Packaged.java(), "-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", jar.toString()));
        command.addAll(List.of(options));
    }

    AgentProcess start() {
        try {
            Files.createDirectories(folder);
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().put("POOLHUB_URL", hubUrl);
            builder.environment().put("POOLHUB_ENROLLMENT_TOKEN", token);
            builder.environment().put("POOLHUB_OPERATOR_KEY", operatorKey);
            builder.environment().put("MINER_AGENT_DATA_DIR", folder.toString());
            process = builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("agent.log").toFile()))
                    .start();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL. */
    void kill() {
        if (process != null) {
            process.destroyForcibly();
            await();
        }
    }

    /** Stops it in its tracks, or lets it go on: SIGSTOP, SIGCONT. */
    void freeze(boolean frozen) {
        if (process == null) {
            throw new IllegalStateException("it does not run");
        }
        try {
            Process kill =
                    new ProcessBuilder("kill", frozen ? "-STOP" : "-CONT", String.valueOf(process.pid())).start();
            if (!kill.waitFor(5, TimeUnit.SECONDS) || kill.exitValue() != 0) {
                throw new IllegalStateException("kill failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** SIGTERM. */
    @Override
    public void close() {
        if (process != null) {
            process.destroy();
            await();
        }
    }

    private void await() {
        try {
            if (process != null && !process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
