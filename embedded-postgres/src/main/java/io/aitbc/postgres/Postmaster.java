package io.aitbc.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server process on one data folder: ours, or one that an earlier run left behind. */
final class Postmaster {

    private static final Logger LOG = LoggerFactory.getLogger(Postmaster.class);
    private static final int STOP_SECONDS = 20;

    // Left in the log by a start that another moment may see succeed.
    private static final List<String> PASSING =
            List.of("pre-existing shared memory block", "could not create any TCP/IP sockets");

    private final Path data;
    private final Commands commands;
    private final ServerLog log;
    private final boolean durable;
    private volatile @Nullable Process process;
    private volatile long logBefore;

    Postmaster(Path data, Commands commands, ServerLog log, boolean durable) {
        this.data = data;
        this.commands = commands;
        this.log = log;
        this.durable = durable;
    }

    /** Starts it; it does not answer yet. */
    void launch(int port) throws IOException {
        logBefore = log.size();
        process = commands.launch("postgres", arguments(port));
    }

    private List<String> arguments(int port) {
        String safe = durable ? "on" : "off";
        List<String> arguments = new ArrayList<>(List.of("-D", data.toString(), "-p", Integer.toString(port)));
        for (String setting : List.of(
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "fsync=" + safe,
                "full_page_writes=" + safe,
                "synchronous_commit=" + safe,
                "max_connections=200",
                "shared_buffers=" + (durable ? "256MB" : "128MB"),
                "max_wal_size=2GB",
                "wal_compression=on",
                // Else commits wait while each new 16 MiB of log is filled with zeros. With plain files, written as
                // a log is, the longest wait fell from 270 to 20 ms; with PostgreSQL it was not compared.
                "wal_init_zero=off",
                "timezone=UTC",
                "log_timezone=UTC",
                "log_line_prefix=%m [%p] ")) {
            arguments.add("-c");
            arguments.add(setting);
        }
        return arguments;
    }

    boolean isRunning() {
        Process running = process;
        return running != null && running.isAlive();
    }

    /** Completes when it is gone. */
    CompletableFuture<?> exit() {
        Process running = process;
        return running == null ? CompletableFuture.completedFuture(null) : running.onExit();
    }

    /** Why it did not come up, in its own words. */
    String lastWords() {
        return log.since(logBefore);
    }

    /** Whether it failed for something that goes away by itself. */
    boolean failedForTheMoment() {
        String words = lastWords();
        return PASSING.stream().anyMatch(words::contains);
    }

    /** Stops it: fast, then at once, then by force; bounded in time. */
    void stop() {
        Process running = process;
        if (running == null || !running.isAlive()) {
            return;
        }
        for (String mode : List.of("fast", "immediate")) {
            askToStop(mode);
            if (Commands.ends(running, 2)) {
                return;
            }
        }
        running.destroyForcibly();
        Commands.ends(running, 10);
    }

    /** Stops a server that a killed JVM left behind, and forgets its mark. The caller holds the lock on the folder. */
    void stopLeftover() throws IOException {
        Optional<ProcessHandle> leftover = running(data);
        leftover.ifPresent(
                handle -> LOG.info("Stopping PostgreSQL (process {}), which an earlier run left behind", handle.pid()));
        for (String mode : List.of("fast", "immediate")) {
            if (running(data).isPresent()) {
                askToStop(mode);
            }
        }
        running(data).ifPresent(ProcessHandle::destroyForcibly);
        if (!isGone(data, 10)) {
            throw new EmbeddedPostgresException("PostgreSQL (process "
                    + leftover.map(ProcessHandle::pid).orElse(-1L) + "), which an earlier run left behind on " + data
                    + ", does not stop. Stop it by hand.");
        }
        // The number in it may by now belong to somebody else (or to a thread of ours, after a container was started
        // again), and PostgreSQL would then refuse to start. Processes that outlive their postmaster are still found:
        // it
        // looks for their shared memory by the identity of the data folder.
        if (Files.deleteIfExists(data.resolve("postmaster.pid"))) {
            endOrphans();
        }
    }

    /**
     * Ends the processes that outlived a killed postmaster, such as a long query, for which a new one would have to wait.
     * They are known by their program, so only where that lies in this very folder; elsewhere the new one waits.
     */
    private void endOrphans() {
        String programs = data.resolveSibling("binaries-").toString();
        ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .command()
                        .filter(command -> command.startsWith(programs) && isServer(command))
                        .isPresent())
                .forEach(ProcessHandle::destroyForcibly);
    }

    private void askToStop(String mode) {
        try {
            commands.run(
                    "pg_ctl",
                    List.of("-D", data.toString(), "stop", "-m", mode, "-w", "-t", Integer.toString(STOP_SECONDS)));
        } catch (IOException e) {
            LOG.debug("pg_ctl stop -m {} did not do it", mode, e);
        }
    }

    /** The live server of this data folder that its postmaster.pid names. */
    static Optional<ProcessHandle> running(Path data) throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        String pid = Files.readString(pidFile, StandardCharsets.ISO_8859_1)
                .lines()
                .findFirst()
                .orElse("")
                .strip();
        return pid.matches("\\d{1,18}")
                ? ProcessHandle.of(Long.parseLong(pid)).filter(handle -> isServerOf(data, handle.info()))
                : Optional.empty();
    }

    // A dead process that nobody has waited for yet shows neither. The number may have gone to another program, even to
    // the
    // PostgreSQL of another folder. Some containers hide the command of other users' processes, macOS may hide
    // arguments.
    private static boolean isServerOf(Path data, ProcessHandle.Info info) {
        List<String> arguments = List.of(info.arguments().orElse(new String[0]));
        boolean named = info.command().map(Postmaster::isServer).orElse(!arguments.isEmpty());
        return named && (arguments.isEmpty() || arguments.contains(data.toString()));
    }

    private static boolean isServer(String command) {
        return command.contains("/bin/postgres");
    }

    /** Waits until no server runs on this data folder. */
    static boolean isGone(Path data, long seconds) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (running(data).isPresent()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return true;
    }
}
