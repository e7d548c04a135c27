package io.aitbc.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One data folder and the server that runs on it. */
final class Cluster {

    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
    private static final String MAJOR = "17";
    private static final long LARGEST_LOG = 10L << 20;

    private final Path folder;
    private final Path data;
    private final Path log;
    private final Commands commands;
    private final boolean durable;
    private volatile @Nullable Process process;

    Cluster(Path folder, Path binaries, boolean durable) {
        this.folder = folder;
        this.data = folder.resolve("data");
        this.log = folder.resolve("postgres.log");
        this.commands = new Commands(binaries);
        this.durable = durable;
    }

    /** Makes the data folder if there is none, and returns the password. */
    String prepare() throws IOException {
        if (Files.exists(log) && Files.size(log) > LARGEST_LOG) {
            Files.move(log, folder.resolve("postgres.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
        Path passwordFile = folder.resolve("password");
        if (Files.exists(data)) {
            checkComplete();
            return Files.readString(passwordFile).strip();
        }
        forgetHalfMade();
        if (!Files.exists(passwordFile)) {
            writePassword(passwordFile);
        }
        Path fresh = Files.createTempDirectory(folder, ".initdb");
        commands.run(
                "initdb",
                List.of(
                        "-D",
                        fresh.toString(),
                        "-U",
                        "postgres",
                        "-E",
                        "UTF8",
                        "--locale=C",
                        "-A",
                        "scram-sha-256",
                        "--pwfile=" + passwordFile,
                        durable ? "--no-instructions" : "--no-sync"),
                log);
        // Only a finished cluster ever gets the name data: what a killed initdb left is no one's data.
        Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
        return Files.readString(passwordFile).strip();
    }

    private void checkComplete() throws IOException {
        Path version = data.resolve("PG_VERSION");
        boolean complete = Files.isRegularFile(version)
                && Files.isRegularFile(data.resolve("global").resolve("pg_control"))
                && Files.isRegularFile(folder.resolve("password"));
        if (!complete) {
            throw new EmbeddedPostgresException("The data folder " + data
                    + " is not a whole PostgreSQL cluster. Nothing"
                    + " was changed in it: restore it from a backup, or move " + folder + " away to start empty.");
        }
        String major = Files.readString(version).strip();
        if (!major.equals(MAJOR)) {
            throw new EmbeddedPostgresException("The data folder " + data + " belongs to PostgreSQL " + major
                    + ", this program brings " + MAJOR + ". Dump it with the old version and restore it here.");
        }
    }

    private void forgetHalfMade() throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, ".{initdb,unpacking}*")) {
            for (Path half : found) {
                Binaries.delete(half);
            }
        }
    }

    private static void writePassword(Path file) throws IOException {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        Path fresh = Files.createTempFile(
                file.getParent(),
                ".password",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, HexFormat.of().formatHex(random) + "\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Stops a server that a killed JVM left running on this folder. */
    void stopLeftover() throws IOException {
        Optional<ProcessHandle> leftover = runningPostmaster();
        if (leftover.isEmpty()) {
            return;
        }
        LOG.info(
                "Stopping the PostgreSQL server {} that an earlier run left behind",
                leftover.get().pid());
        pgCtlStop("fast");
        if (runningPostmaster().isPresent()) {
            pgCtlStop("immediate");
        }
        runningPostmaster().ifPresent(Cluster::kill);
    }

    private static void kill(ProcessHandle handle) {
        handle.destroyForcibly();
        handle.onExit().orTimeout(10, TimeUnit.SECONDS).exceptionally(e -> handle);
    }

    /** The process that postmaster.pid names, if it lives and is PostgreSQL. */
    private Optional<ProcessHandle> runningPostmaster() throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(pidFile, StandardCharsets.UTF_8);
        if (lines.isEmpty() || !lines.get(0).strip().matches("\\d{1,18}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
                .filter(ProcessHandle::isAlive)
                .filter(handle ->
                        handle.info().command().map(c -> c.endsWith("postgres")).orElse(true));
    }

    /** The port of the last run where it is free, else another. */
    int choosePort() throws IOException {
        Path file = folder.resolve("port");
        int port = 0;
        if (Files.exists(file)) {
            String text = Files.readString(file).strip();
            port = text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
        }
        if (port == 0 || port > 65_535 || !isFree(port)) {
            try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = any.getLocalPort();
            }
        }
        Files.writeString(file, port + "\n");
        return port;
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Starts the server process; it is not ready yet. */
    void launch(int port) throws IOException {
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
                "timezone=UTC",
                "log_timezone=UTC",
                "log_line_prefix=%m [%p] ")) {
            arguments.add("-c");
            arguments.add(setting);
        }
        process = commands.program("postgres", arguments, true)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    boolean isRunning() {
        Process running = process;
        return running != null && running.isAlive();
    }

    /** Returns when the server process is gone. */
    void awaitExit() {
        Process running = process;
        try {
            if (running != null) {
                running.waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops the server: fast, then immediately, then by force; bounded in time. */
    void stop() {
        if (!isRunning()) {
            return;
        }
        pgCtlStop("fast");
        if (isRunning()) {
            pgCtlStop("immediate");
        }
        Process running = process;
        if (running != null && running.isAlive()) {
            kill(running.toHandle());
        }
    }

    private void pgCtlStop(String mode) {
        try {
            commands.run("pg_ctl", List.of("-D", data.toString(), "stop", "-m", mode, "-w", "-t", "20"), log);
        } catch (IOException e) {
            LOG.debug("pg_ctl stop -m {} did not do it", mode, e);
        }
    }

    String logTail() {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException e) {
            return "(" + log + " cannot be read)";
        }
    }
}
