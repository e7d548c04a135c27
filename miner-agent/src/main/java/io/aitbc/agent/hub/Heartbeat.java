package io.aitbc.agent.hub;

import org.jspecify.annotations.Nullable;

/**
 * One sign of life.
 *
 * @param status {@code ready}, {@code busy} or, as the last word before a stop, {@code draining}
 * @param gpuUtilization percent
 * @param memoryUsed MiB of GPU memory
 * @param memoryTotal MiB of GPU memory
 * @param networkLatencyMs how long this miner takes to answer; the hub takes it for the miner's eta
 */
public record Heartbeat(
        String status,
        int currentJobs,
        int queueLen,
        @Nullable Double gpuUtilization,
        @Nullable Long memoryUsed,
        @Nullable Long memoryTotal,
        @Nullable Double networkLatencyMs) {

    public static Heartbeat draining() {
        return new Heartbeat("draining", 0, 0, null, null, null, null);
    }
}
