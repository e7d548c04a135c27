package io.aitbc.e2e.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program that may be installed here or not; a test that needs it is skipped where it is not. */
final class Program {

    /** What it answered. */
    record Answer(int status, String words) {}

    private static final long SECONDS = 300;

    private final Path path;

    private Program(Path path) {
        this.path = path;
    }

    /** The program of the first of these names that is installed; distributions differ in names. */
    static Program called(String... names) {
        List<Path> found = Stream.of(names)
                .flatMap(name -> Stream.of(System.getenv("PATH").split(":")).map(place -> Path.of(place, name)))
                .filter(Files::isExecutable)
                .toList();
        assumeTrue(!found.isEmpty(), () -> names[0] + " is not installed");
        return new Program(found.get(0));
    }

    ProcessBuilder with(Path folder, String... words) {
        List<String> command = new ArrayList<>(List.of(path.toString()));
        command.addAll(List.of(words));
        return new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    }

    /** Runs it in a folder until its end. */
    Answer run(Path folder, String... words) throws IOException, InterruptedException {
        Path said = Files.createTempFile("said", ".txt");
        try {
            Process process = with(folder, words).redirectOutput(said.toFile()).start();
            boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            String answer = Files.readString(said, StandardCharsets.UTF_8);
            assertThat(ended).as("it ends within %s s: %s", SECONDS, answer).isTrue();
            return new Answer(process.exitValue(), answer);
        } finally {
            Files.delete(said);
        }
    }
}
