package io.aitbc.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs PostgreSQL's programs. */
final class Commands {

    private static final long LONGEST_SECONDS = 60;

    // macOS has no setsid, but Perl, which has it.
    private static final List<String> SESSION_BY_PERL =
            List.of("perl", "-e", "use POSIX; POSIX::setsid(); exec {$ARGV[0]} @ARGV or die $!");

    private final Path binaries;
    private final Account account;
    private final ServerLog log;

    Commands(Path binaries, Account account, ServerLog log) {
        this.binaries = binaries;
        this.account = account;
        this.log = log;
    }

    /**
     * Starts a program that outlives the call, in a session of its own: Ctrl-C on a terminal reaches every process of a
     * session, and the database must not be gone before this JVM has written what it still has to.
     */
    Process launch(String name, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(ownSession());
        command.addAll(command(name, arguments));
        return start(command);
    }

    /** Runs a program to its end, within a minute; an interrupt does not cut it short. */
    void run(String name, List<String> arguments) throws IOException {
        long before = log.size();
        Process process = start(command(name, arguments));
        if (!ends(process, LONGEST_SECONDS)) {
            process.destroyForcibly();
            throw new IOException(name + " did not end within " + LONGEST_SECONDS + " seconds");
        }
        if (process.exitValue() != 0) {
            throw new IOException(name + " failed with exit code " + process.exitValue() + ": " + log.since(before));
        }
    }

    private Process start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(key -> key.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        builder.directory(binaries.toFile()); // the caller's may be closed to the user it runs as
        return builder.redirectErrorStream(true).redirectOutput(log.appending()).start();
    }

    private List<String> command(String name, List<String> arguments) {
        List<String> command = new ArrayList<>(account.prefix());
        command.add(binaries.resolve("bin").resolve(name).toString());
        command.addAll(arguments);
        return command;
    }

    private static List<String> ownSession() {
        if (exists("setsid")) {
            return List.of("setsid");
        }
        return exists("perl") ? SESSION_BY_PERL : List.of();
    }

    private static boolean exists(String program) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    /** Whether the process ended in time; an interrupt does not end the wait, so that no server is left half stopped. */
    static boolean ends(Process process, long seconds) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
