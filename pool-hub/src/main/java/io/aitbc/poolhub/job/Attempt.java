package io.aitbc.poolhub.job;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A job on a miner, once.
 *
 * @param gpuModels the models of its GPUs, in their order; empty where one is not known
 * @param progressS how much of the job's work was saved when it began
 * @param leaseUntil by when the miner must have said that it started
 * @param billedThrough up to when usage was written
 * @param stoppingFor the job that gets its GPUs
 */
public record Attempt(
        String jobId,
        int attempt,
        String minerId,
        List<String> gpuUuids,
        List<String> gpuModels,
        double progressS,
        State state,
        Instant assignedAt,
        Instant leaseUntil,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Instant billedThrough,
        @Nullable Outcome outcome,
        @Nullable Instant stopRequested,
        @Nullable String stoppingFor,
        @Nullable String cause) {

    /** Where it stands. */
    public enum State {
        ASSIGNED,
        RUNNING,
        ENDED
    }

    /** How it ended. */
    public enum Outcome {
        COMPLETED,
        FAILED,
        /** Before its end, for another job, for its GPUs' health, or because its miner goes away. */
        STOPPED,
        CANCELLED,
        /** Its miner fell silent. */
        LOST,
        /** Its miner never said that it started. */
        EXPIRED
    }

    /** Each model of its GPUs once, in the order of their names. */
    List<String> models() {
        return IntStream.range(0, gpuUuids.size())
                .mapToObj(this::model)
                .distinct()
                .sorted()
                .toList();
    }

    List<String> gpusOf(String model) {
        return IntStream.range(0, gpuUuids.size())
                .filter(n -> model(n).equals(model))
                .mapToObj(gpuUuids::get)
                .toList();
    }

    private String model(int gpu) {
        return gpu < gpuModels.size() ? gpuModels.get(gpu) : "";
    }

    boolean isOver() {
        return state == State.ENDED;
    }
}
