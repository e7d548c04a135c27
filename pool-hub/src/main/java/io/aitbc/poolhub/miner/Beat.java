package io.aitbc.poolhub.miner;

import org.jspecify.annotations.Nullable;

/**
 * What one heartbeat says.
 *
 * @param etaMs the network latency that the miner measured, in ms; null when it says nothing
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
        @Nullable Double etaMs) {

    MinerState state() {
        return degraded ? MinerState.DEGRADED : MinerState.UP;
    }
}
