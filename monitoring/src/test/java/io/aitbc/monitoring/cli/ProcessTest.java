package io.aitbc.monitoring.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.monitoring.MonitoringApplication;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as it is started. */
class ProcessTest {

    @TempDir
    Path folder = Path.of("");

    private record Run(int exit, String output) {}

    private Run run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-verbose:class",
                "-cp",
                System.getProperty("java.class.path"),
                MonitoringApplication.class.getName()));
        command.addAll(List.of(arguments));
        File output = folder.resolve("output").toFile();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Run(process.exitValue(), Files.readString(output.toPath(), StandardCharsets.UTF_8));
    }

    @Test
    void aCommandRunsWithoutSpringAndItsExitStatusIsThatOfTheProgram() throws Exception {
        Run run = run("status", "--url", "http://127.0.0.1:1", "--session", "bench01");
        assertThat(run.exit()).isEqualTo(4);
        assertThat(run.output()).contains("The service does not answer at http://127.0.0.1:1");
        assertThat(run.output()
                        .lines()
                        .filter(line -> line.contains(" org.springframework.") && line.contains("source:")))
                .as("only what main() itself names")
                .allMatch(line -> line.contains("org.springframework.boot.SpringApplication"));
    }
}
