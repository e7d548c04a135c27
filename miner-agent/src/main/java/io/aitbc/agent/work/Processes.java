package io.aitbc.agent.work;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
            workshop.failed(job, "job_error", String.valueOf(e.getMessage()), null);
            return;
        } catch (IOException e) {
            LOG.warn("Job {} could not be started: {}", job.jobId(), e.getMessage());
            workshop.failed(job, "miner_error", "it could not be started: " + e.getMessage(), null);
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
                workshop.stopped(job, progress(job, folder));
            } else {
                workshop.failed(job, "miner_error", "its process is gone and left no exit code", null);
            }
            return;
        }
        if (startedAt.plusSeconds(job.maxDurationS()).isBefore(now) && !Files.exists(folder.resolve("timeout"))) {
            mark(folder.resolve("timeout"));
            kill(folder);
        }
        workshop.timing().after(GLANCE, () -> watch(job, folder, begun));
    }

    private void ended(Assignment job, Path folder, int code) {
        if (Files.exists(folder.resolve("timeout"))) {
            workshop.failed(job, "timeout", "it ran for longer than " + job.maxDurationS() + " s", code);
        } else if (code == 0) {
            workshop.completed(job, code);
        } else if (workshop.isStopping(job)) {
            workshop.stopped(job, progress(job, folder));
        } else {
            workshop.failed(job, "job_error", "exit code " + code + lastLine(folder), code);
        }
    }

    @Override
    public void stop(Assignment job, String why) {
        kill(folder(job));
    }

    /** All that belongs to it, but not the shell: that one notes the exit code. */
    private void kill(Path folder) {
        process(folder).ifPresent(shell -> {
            List<ProcessHandle> all = shell.descendants().toList();
            all.forEach(ProcessHandle::destroy);
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
            byte[] all = Files.readAllBytes(folder.resolve("stderr"));
            String end =
                    new String(all, Math.max(0, all.length - 300), Math.min(300, all.length), StandardCharsets.UTF_8);
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
        return jobs.resolve(job.jobId().replaceAll("[^A-Za-z0-9._-]", "_") + "-" + job.attempt());
    }
}
