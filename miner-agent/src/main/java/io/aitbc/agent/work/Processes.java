package io.aitbc.agent.work;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each job as a process that outlives this agent. A small shell around it claims the job's folder first (so that no
 * attempt ever runs twice), notes its own number there, and at the end the command's exit code: whoever comes after a kill
 * finds all that it must know. Only for the timing's thread.
 */
public final class Processes implements Runner {

    private static final Logger LOG = LoggerFactory.getLogger(Processes.class);
    private static final Duration GLANCE = Duration.ofMillis(250);
    private static final Duration FORCE_AFTER = Duration.ofSeconds(5);
    private static final Duration SHELL_NEEDS = Duration.ofSeconds(10);
    private static final String SHELL = "mkdir claim 2>/dev/null || exit 0; echo $$ >pid.new && mv pid.new pid;"
            + " \"$@\"; code=$?; echo $code >exit.new && mv exit.new exit";

    private final Workshop workshop;
    private final Path jobs;
    private final @Nullable CommandTemplate template;
    /** Whose processes were told to end. */
    private final Set<String> killed = new HashSet<>();

    /**
     * Runs nothing yet.
     *
     * @param jobs where each job gets a folder: its output, its exit code
     * @param template null refuses all jobs
     */
    public Processes(Workshop workshop, Path jobs, @Nullable CommandTemplate template) {
        this.workshop = workshop;
        this.jobs = jobs;
        this.template = template;
    }

    @Override
    public void start(Assignment job) {
        Path folder = folder(job);
        try {
            if (!Files.exists(folder.resolve("claim"))) {
                launch(job, folder);
            }
        } catch (IllegalArgumentException e) {
            workshop.failed(job, workshop.timing().now(), "job_error", String.valueOf(e.getMessage()), null);
            return;
        } catch (IOException e) {
            LOG.warn("Job {} could not be started: {}", job.jobId(), e.getMessage());
            workshop.failed(
                    job, workshop.timing().now(), "miner_error", "it could not be started: " + e.getMessage(), null);
            return;
        }
        workshop.started(job);
        Instant begun = workshop.timing().now();
        workshop.timing().after(GLANCE, () -> watch(job, folder, begun));
    }

    private void launch(Assignment job, Path folder) throws IOException {
        if (template == null) {
            throw new IOException("this agent runs no jobs: it was started without --job-command");
        }
        List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", SHELL, "job"));
        words.addAll(template.of(job));
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("stdout").toFile())
                .redirectError(folder.resolve("stderr").toFile());
        Map<String, String> environment = builder.environment();
        environment
                .keySet()
                .removeIf(name -> name.contains("TOKEN") || name.contains("KEY") || name.contains("SECRET"));
        job.spec().path("env").fields().forEachRemaining(entry -> {
            if (entry.getKey().matches("[A-Za-z_][A-Za-z0-9_]*")) {
                environment.put(entry.getKey(), entry.getValue().asText());
            }
        });
        environment.put("JOB_ID", job.jobId());
        environment.put("JOB_ATTEMPT", Integer.toString(job.attempt()));
        environment.put("JOB_PROGRESS_SECONDS", Double.toString(job.progressS()));
        environment.put("JOB_PROGRESS_FILE", folder.resolve("progress").toString());
        String gpus = String.join(
                ",",
                job.gpuUuids().stream()
                        .filter(uuid -> uuid.startsWith("GPU-") || uuid.startsWith("MIG-"))
                        .toList());
        if (!gpus.isEmpty()) {
            environment.put("CUDA_VISIBLE_DEVICES", gpus);
            environment.put("NVIDIA_VISIBLE_DEVICES", gpus);
        }
        if (job.traceparent() != null) {
            environment.put("TRACEPARENT", job.traceparent());
        }
        Process process = builder.start();
        process.getOutputStream().close();
    }

    /** Looks again and again, at files and not at a child of ours: after a restart it is nobody's. */
    private void watch(Assignment job, Path folder, Instant begun) {
        Instant startedAt = workshop.startedAt(job);
        if (startedAt == null) {
            return; // It is over.
        }
        Instant now = workshop.timing().now();
        Optional<Integer> exit = number(folder.resolve("exit"));
        if (exit.isPresent()) {
            ended(job, folder, exit.get());
            return;
        }
        Optional<ProcessHandle> process = process(folder);
        boolean alive = process.map(ProcessHandle::isAlive).orElse(false);
        boolean young = begun.plus(SHELL_NEEDS).isAfter(now) && !Files.exists(folder.resolve("pid"));
        if (!alive && !young && number(folder.resolve("exit")).isEmpty()) {
            if (workshop.isStopping(job)) {
                workshop.stopped(job, now, progress(job, folder));
            } else {
                workshop.failed(job, now, "miner_error", "its process is gone and left no exit code", null);
            }
            return;
        }
        if (startedAt.plusSeconds(job.maxDurationS()).isBefore(now) && !Files.exists(folder.resolve("timeout"))) {
            mark(folder.resolve("timeout"));
            kill(folder);
        }
        if (workshop.isStopping(job) && children(folder) > 0 && !killed.contains(folder.toString())) {
            kill(folder); // It may not have been there yet when it was told.
        }
        workshop.timing().after(GLANCE, () -> watch(job, folder, begun));
    }

    private static long children(Path folder) {
        return process(folder).map(shell -> shell.descendants().count()).orElse(0L);
    }

    /** Who was told to stop, and ended after that, has not come to its end, whatever its exit code says. */
    private void ended(Assignment job, Path folder, int code) {
        Instant at = written(folder.resolve("exit")).orElse(workshop.timing().now());
        Optional<Instant> told = written(folder.resolve("stop"));
        if (Files.exists(folder.resolve("timeout"))) {
            workshop.failed(job, at, "timeout", "it ran for longer than " + job.maxDurationS() + " s", code);
        } else if (told.isPresent() && !at.isBefore(told.get())) {
            workshop.stopped(job, at, progress(job, folder));
        } else if (code == 0) {
            workshop.completed(job, at, code);
        } else {
            workshop.failed(job, at, "job_error", "exit code " + code + lastLine(folder), code);
        }
    }

    private static Optional<Instant> written(Path file) {
        try {
            return Optional.of(Files.getLastModifiedTime(file).toInstant());
        } catch (IOException notThere) {
            return Optional.empty();
        }
    }

    @Override
    public void stop(Assignment job, String why) {
        Path folder = folder(job);
        if (!Files.exists(folder.resolve("exit")) && !Files.exists(folder.resolve("stop"))) {
            mark(folder.resolve("stop"));
        }
        kill(folder);
    }

    /** All that belongs to it, but not the shell: that one notes the exit code. */
    private void kill(Path folder) {
        process(folder).ifPresent(shell -> {
            List<ProcessHandle> all = shell.descendants().toList();
            all.forEach(ProcessHandle::destroy);
            if (!all.isEmpty()) {
                killed.add(folder.toString());
            }
            workshop.timing().after(FORCE_AFTER, () -> {
                all.forEach(ProcessHandle::destroyForcibly);
                shell.descendants().forEach(ProcessHandle::destroyForcibly);
            });
        });
    }

    /** The shell, if that number is still its: numbers are given again. */
    private static Optional<ProcessHandle> process(Path folder) {
        Optional<Integer> pid = number(folder.resolve("pid"));
        if (pid.isEmpty()) {
            return Optional.empty();
        }
        return ProcessHandle.of(pid.get()).filter(process -> {
            try {
                Instant noted = Files.getLastModifiedTime(folder.resolve("pid")).toInstant();
                return process.info()
                        .startInstant()
                        .map(start -> !start.isAfter(noted.plusSeconds(5)))
                        .orElse(true);
            } catch (IOException e) {
                return false;
            }
        });
    }

    private double progress(Assignment job, Path folder) {
        try {
            Path file = folder.resolve("progress");
            return Files.exists(file)
                    ? Double.parseDouble(Files.readString(file).strip())
                    : job.progressS();
        } catch (IOException | NumberFormatException e) {
            return job.progressS();
        }
    }

    private static Optional<Integer> number(Path file) {
        try {
            return Optional.of(Integer.parseInt(Files.readString(file).strip()));
        } catch (IOException | NumberFormatException notYet) {
            return Optional.empty();
        }
    }

    private static String lastLine(Path folder) {
        try {
            String end;
            try (FileChannel errors = FileChannel.open(folder.resolve("stderr"), StandardOpenOption.READ)) {
                ByteBuffer tail = ByteBuffer.allocate((int) Math.min(300, errors.size()));
                errors.position(errors.size() - tail.capacity());
                while (tail.hasRemaining() && errors.read(tail) >= 0) {}
                end = new String(tail.array(), 0, tail.position(), StandardCharsets.UTF_8);
            }
            String line = end.lines()
                    .reduce("", (first, second) -> second)
                    .replaceAll("\\p{Cntrl}", " ")
                    .strip();
            return line.isEmpty() ? "" : ": " + line;
        } catch (IOException e) {
            return "";
        }
    }

    private static void mark(Path file) {
        try {
            Files.writeString(file, "");
        } catch (IOException e) {
            LOG.warn("{} could not be written", file, e);
        }
    }

    private Path folder(Assignment job) {
        return jobs.resolve(URLEncoder.encode(job.jobId(), StandardCharsets.UTF_8) + "-" + job.attempt());
    }
}
