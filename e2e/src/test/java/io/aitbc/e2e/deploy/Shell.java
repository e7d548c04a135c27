package io.aitbc.e2e.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs programs as an operator does, from the project's folder. */
public final class Shell {

    public static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

    /** What a program said, on both streams, and its exit status. */
    public record Outcome(int status, String output) {}

    private Shell() {}

    public static Outcome run(String... command) {
        return run(Map.of(), command);
    }

    public static Outcome run(Map<String, String> environment, String... command) {
        return run(environment, List.of(command));
    }

    /** Within two minutes. Variables of PostgreSQL's and of backups that the tests themselves were given are not passed on. */
    public static Outcome run(Map<String, String> environment, List<String> command) {
        try {
            Path said = Files.createTempFile("said", ".txt");
            ProcessBuilder builder = new ProcessBuilder(command).directory(PROJECT.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("BACKUP_"));
            builder.environment().putAll(new HashMap<>(environment));
            Process process = builder.redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(said.toFile())
                    .start();
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " did not end within two minutes: " + Files.readString(said));
            }
            String output = Files.readString(said, StandardCharsets.UTF_8);
            Files.delete(said);
            return new Outcome(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What it printed; it must have succeeded. */
    public static String output(Map<String, String> environment, String... command) {
        Outcome outcome = run(environment, command);
        if (outcome.status() != 0) {
            throw new AssertionError(List.of(command) + " ended with " + outcome.status() + ": " + outcome.output());
        }
        return outcome.output();
    }

    /** Whether it is on the PATH. */
    public static boolean isInstalled(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    public static boolean isRoot() {
        return run("id", "-u").output().strip().equals("0");
    }
}
