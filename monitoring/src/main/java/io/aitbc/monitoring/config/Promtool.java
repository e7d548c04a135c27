package io.aitbc.monitoring.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prometheus' own check of a configuration, where its tool is installed. */
final class Promtool {

    private static final Logger LOG = LoggerFactory.getLogger(Promtool.class);
    private static final long SECONDS = 20;
    private static final int LONGEST = 1500;

    private final String program;

    Promtool(String program) {
        this.program = program;
    }

    /**
     * What it finds wrong with a file; empty when nothing, or when it cannot be asked. Only the file itself is looked at: the files
     * that it names may be where only Prometheus sees them.
     */
    Optional<String> fault(Path file) throws IOException {
        if (program.isBlank()) {
            return Optional.empty();
        }
        Path output = Files.createTempFile("promtool", ".out");
        try {
            Process process = new ProcessBuilder(program, "check", "config", "--syntax-only", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                    LOG.warn("{} takes longer than {} s and is not waited for", program, SECONDS);
                    return Optional.empty();
                }
            } finally {
                process.destroyForcibly();
            }
            String said = head(output);
            // Old releases do not know the option.
            return process.exitValue() == 0 || said.contains("unknown long flag")
                    ? Optional.empty()
                    : Optional.of(said);
        } catch (IOException e) {
            LOG.debug("There is no {} here; Prometheus alone checks its configuration", program, e);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("The check was interrupted", e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static String head(Path output) throws IOException {
        try (InputStream in = Files.newInputStream(output)) {
            return new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8).strip();
        }
    }
}
