package io.aitbc.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Runs PostgreSQL's programs. They refuse to run as root; there a user namespace makes them believe they do not, while
 * the files stay root's own.
 */
final class Commands {

    private static final boolean LINUX =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux");

    private final Path binaries;
    private final List<String> prefix;

    Commands(Path binaries) {
        this.binaries = binaries;
        this.prefix = prefix();
    }

    /** A process of its own, in a session of its own where possible: Ctrl-C on a terminal must not reach it. */
    ProcessBuilder program(String name, List<String> arguments, boolean ownSession) {
        List<String> command = new ArrayList<>();
        if (ownSession && exists("setsid")) {
            command.add("setsid");
        }
        command.addAll(prefix);
        command.add(binaries.resolve("bin").resolve(name).toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C");
        builder.environment().keySet().removeIf(key -> key.startsWith("PG"));
        return builder;
    }

    /** Runs a program to its end, within a minute. */
    void run(String name, List<String> arguments, Path output) throws IOException {
        Process process = program(name, arguments, false)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(name + " did not end within a minute");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException(name + " was interrupted", e);
        }
        if (process.exitValue() != 0) {
            throw new IOException(name + " failed with exit code " + process.exitValue() + ", see " + output);
        }
    }

    private static List<String> prefix() {
        if (!LINUX || !"root".equals(System.getProperty("user.name"))) {
            return List.of();
        }
        if (exists("unshare") && works(List.of("unshare", "-U", "true"))) {
            return List.of("unshare", "-U");
        }
        throw new EmbeddedPostgresException("PostgreSQL does not run as root, and user namespaces (unshare -U) are not"
                + " available here. Start as another user, or set SPRING_DATASOURCE_URL.");
    }

    private static boolean exists(String program) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    private static boolean works(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).start();
            return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
