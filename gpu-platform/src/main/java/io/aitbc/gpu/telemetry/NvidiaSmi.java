package io.aitbc.gpu.telemetry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks the driver by its own tool. A tool that hangs, as it does when a GPU has fallen off the bus, is killed with all that
 * it started. Columns that an older driver does not have are left out of the next question.
 */
public final class NvidiaSmi implements TelemetrySource {

    private static final int LARGEST_ANSWER = 1 << 20;
    private static final Pattern REFUSED = Pattern.compile("Field \"([^\"]+)\" is not a valid field to query");
    private static final Pattern LOST =
            Pattern.compile("(?m)^Unable to determine the device handle for .*\\R?|^WARNING:.*\\R?");

    private record Answer(int status, String text) {}

    private final String command;
    private final Duration deadline;
    private final InstantSource clock;
    private final List<String> fields = new ArrayList<>(NvidiaSmiFields.query());

    /**
     * Does not ask yet.
     *
     * @param command path or name of nvidia-smi
     * @param deadline how long one reading may take in all
     */
    public NvidiaSmi(String command, Duration deadline, InstantSource clock) {
        this.command = command;
        this.deadline = deadline;
        this.clock = clock;
    }

    @Override
    public synchronized List<GpuSample> read() throws TelemetryUnavailable {
        long end = System.nanoTime() + deadline.toNanos();
        while (true) {
            Answer answer = ask(end);
            String text = LOST.matcher(answer.text()).replaceAll("");
            if (text.contains("No devices were found")) {
                return List.of();
            }
            Matcher refused = REFUSED.matcher(text);
            if (refused.find() && fields.remove(refused.group(1))) {
                continue; // Each round asks for less, so this ends.
            }
            if (answer.status() != 0 && !text.startsWith(fields.get(0))) {
                throw new TelemetryUnavailable(
                        command + " ended with status " + answer.status() + ": " + firstLine(answer.text()));
            }
            return NvidiaSmiCsv.parse(text, clock.instant());
        }
    }

    private Answer ask(long end) throws TelemetryUnavailable {
        Process process;
        try {
            process = new ProcessBuilder(command, "--query-gpu=" + String.join(",", fields), "--format=csv,nounits")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new TelemetryUnavailable(command + " could not be started: " + e.getMessage(), e);
        }
        try {
            process.getOutputStream().close();
            String text = drain(process, end);
            if (!process.waitFor(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                throw late();
            }
            return new Answer(process.exitValue(), text);
        } catch (IOException e) {
            throw new TelemetryUnavailable(command + " could not be read: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TelemetryUnavailable("reading " + command + " was interrupted", e);
        } finally {
            kill(process);
        }
    }

    /** Reads what is there without ever waiting for it: a hung tool writes nothing and closes nothing. */
    private String drain(Process process, long end) throws IOException, InterruptedException, TelemetryUnavailable {
        InputStream output = process.getInputStream();
        byte[] read = new byte[LARGEST_ANSWER];
        int length = 0;
        while (true) {
            boolean alive = process.isAlive();
            int available = output.available();
            if (available == 0 && !alive) {
                return new String(read, 0, length, StandardCharsets.UTF_8);
            }
            if (available == 0) {
                if (System.nanoTime() > end) {
                    throw late();
                }
                process.waitFor(5, TimeUnit.MILLISECONDS);
                continue;
            }
            if (length + available > LARGEST_ANSWER) {
                throw new TelemetryUnavailable(command + " wrote more than " + LARGEST_ANSWER + " bytes");
            }
            length += output.read(read, length, available);
            if (System.nanoTime() > end) {
                throw late();
            }
        }
    }

    private TelemetryUnavailable late() {
        return new TelemetryUnavailable(
                command + " did not answer within " + deadline.toSeconds() + " s and was killed");
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static String firstLine(String text) {
        String line = text.lines()
                .filter(candidate -> !candidate.isBlank())
                .findFirst()
                .orElse("no output");
        return line.length() > 200 ? line.substring(0, 200) + "…" : line;
    }
}
