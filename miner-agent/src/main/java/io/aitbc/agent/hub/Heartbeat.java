package io.aitbc.agent.hub;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One sign of life.
 *
 * @param status {@code ready}, {@code busy} or, as the last word before a stop, {@code draining}
 * @param gpuUtilization percent
 * @param memoryUsed MiB of GPU memory
 * @param memoryTotal MiB of GPU memory
 * @param gpus what each GPU says
 * @param commandResults what became of commands
 * @param jobs the jobs that this miner has; null says nothing about them
 * @param networkLatencyMs how long this miner takes to answer; the hub takes it for the miner's eta
 */
public record Heartbeat(
        String status,
        int currentJobs,
        int queueLen,
        @Nullable Double gpuUtilization,
        @Nullable Long memoryUsed,
        @Nullable Long memoryTotal,
        @Nullable Double networkLatencyMs,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Map<String, Object>> gpus,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Map<String, Object>> commandResults,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Map<String, Object>> jobs) {

    public Heartbeat {
        gpus = List.copyOf(gpus);
        commandResults = List.copyOf(commandResults);
        jobs = jobs == null ? null : List.copyOf(jobs);
    }

    /** One that says nothing of GPUs. */
    public Heartbeat(
            String status,
            int currentJobs,
            int queueLen,
            @Nullable Double gpuUtilization,
            @Nullable Long memoryUsed,
            @Nullable Long memoryTotal,
            @Nullable Double networkLatencyMs) {
        this(
                status,
                currentJobs,
                queueLen,
                gpuUtilization,
                memoryUsed,
                memoryTotal,
                networkLatencyMs,
                List.of(),
                List.of(),
                null);
    }

    public static Heartbeat draining() {
        return new Heartbeat("draining", 0, 0, null, null, null, null);
    }
}
