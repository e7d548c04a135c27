package io.aitbc.agent.gpu;

import io.aitbc.agent.gpu.Order.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** Lowers and restores power limits of this machine's GPUs with {@code nvidia-smi -pl}, which needs the rights for it. */
public final class PowerLimits implements Function<Order, Result> {

    private final String nvidiaSmi;
    private final Duration deadline;
    private final Supplier<Set<String>> mine;

    /** @param mine the UUIDs of this machine's GPUs, as far as they are known */
    public PowerLimits(String nvidiaSmi, Duration deadline, Supplier<Set<String>> mine) {
        this.nvidiaSmi = nvidiaSmi;
        this.deadline = deadline;
        this.mine = mine;
    }

    @Override
    public Result apply(Order order) {
        String gpu = order.gpuUuid();
        if (!order.type().equals("throttle") && !order.type().equals("unthrottle")) {
            return Result.refused("this agent does not know how to " + order.type());
        }
        if (gpu == null || !mine.get().contains(gpu)) {
            return Result.refused("there is no GPU " + gpu + " here");
        }
        Integer watts = order.powerLimitWatts();
        if (order.type().equals("throttle")) {
            return watts == null || watts < 1
                    ? Result.refused("power_limit_watts is missing")
                    : limit(gpu, Integer.toString(watts));
        }
        try {
            Answer usual = run(
                    List.of(nvidiaSmi, "-i", gpu, "--query-gpu=power.default_limit", "--format=csv,noheader,nounits"));
            return usual.text().strip().matches("\\d+(\\.\\d+)?")
                    ? limit(gpu, usual.text().strip())
                    : Result.failed(
                            "the default limit is not known: " + usual.text().strip());
        } catch (IOException e) {
            return Result.failed(String.valueOf(e.getMessage()));
        }
    }

    private Result limit(String gpu, String watts) {
        try {
            Answer answer = run(List.of(nvidiaSmi, "-i", gpu, "-pl", watts));
            return answer.status() == 0
                    ? Result.done()
                    : Result.failed(answer.text().lines().findFirst().orElse("status " + answer.status()));
        } catch (IOException e) {
            return Result.failed(String.valueOf(e.getMessage()));
        }
    }

    private record Answer(int status, String text) {}

    private Answer run(List<String> command) throws IOException {
        Path output = Files.createTempFile("nvidia-smi", ".txt");
        try {
            Process process = new ProcessBuilder(new ArrayList<>(command))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new IOException(nvidiaSmi + " did not answer within " + deadline.toSeconds() + " s");
            }
            return new Answer(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
