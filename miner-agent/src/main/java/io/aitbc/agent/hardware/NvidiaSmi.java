package io.aitbc.agent.hardware;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks {@code nvidia-smi} which GPUs there are. A driver in trouble lets it hang, so it is killed at its deadline; its
 * output goes to a file, so that no thread of ours hangs with it.
 */
public final class NvidiaSmi {

    private static final Logger LOG = LoggerFactory.getLogger(NvidiaSmi.class);
    private static final Pattern LINE = Pattern.compile("^\\s*(.+?)\\s*,\\s*(\\d+)\\s*$");

    private final String command;
    private final Duration deadline;

    /** @param command its name on the PATH, or its path */
    public NvidiaSmi(String command, Duration deadline) {
        this.command = command;
        this.deadline = deadline;
    }

    List<Hardware.Gpu> gpus() {
        try {
            Path output = Files.createTempFile("gpus", ".csv");
            try {
                return run(output);
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException notThere) {
            LOG.info("No GPU found: {} cannot be run here. Going on without.", command);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return List.of();
    }

    private List<Hardware.Gpu> run(Path output) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command, "--query-gpu=name,memory.total", "--format=csv,noheader,nounits")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            LOG.warn(
                    "{} did not answer within {} ms and was killed; its driver may be in trouble. Going on without GPUs.",
                    command,
                    deadline.toMillis());
            return List.of();
        }
        String text = Files.readString(output, StandardCharsets.UTF_8);
        if (process.exitValue() != 0) {
            LOG.warn("{} failed ({}). Going on without GPUs.", command, text.strip());
            return List.of();
        }
        return parse(text);
    }

    /** Lines such as {@code NVIDIA H200, 143771}, the memory in MiB; a line that is none of these is passed over. */
    static List<Hardware.Gpu> parse(String csv) {
        List<Hardware.Gpu> gpus = new ArrayList<>();
        csv.lines().forEach(line -> {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                gpus.add(new Hardware.Gpu(matcher.group(1), Hardware.gib(Long.parseLong(matcher.group(2)))));
            } else if (!line.isBlank()) {
                LOG.warn("Not understood from nvidia-smi, passed over: {}", line.strip());
            }
        });
        return gpus;
    }
}
