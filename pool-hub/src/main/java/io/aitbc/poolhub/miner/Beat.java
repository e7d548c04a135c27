package io.aitbc.poolhub.miner;

import io.aitbc.poolhub.telemetry.Telemetry;
import org.jspecify.annotations.Nullable;

/**
 * What one heartbeat says.
 *
 * @param etaMs the network latency that the miner measured, in ms; null when it says nothing
 * @param telemetry what it says of its GPUs
 */
record Beat(
        String minerId,
        String status,
        boolean degraded,
        int currentJobs,
        int queueLen,
        @Nullable Double gpuUtilization,
        @Nullable Long memoryUsed,
        @Nullable Long memoryTotal,
        @Nullable Double etaMs,
        Telemetry telemetry) {

    boolean isDraining() {
        return status.equalsIgnoreCase("draining");
    }

    MinerState state() {
        return degraded ? MinerState.DEGRADED : MinerState.UP;
    }
}
