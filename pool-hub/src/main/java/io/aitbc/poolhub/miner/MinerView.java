package io.aitbc.poolhub.miner;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A miner as the API shows it; never with its key.
 *
 * @param state as of now; agreed downtime lies over what was heard
 */
public record MinerView(
        String minerId,
        Enrollment enrollment,
        MinerState state,
        @Nullable Instant lastHeartbeatAt,
        @Nullable String status,
        int currentJobs,
        int queueLen,
        @Nullable Double etaMs,
        @Nullable String addr,
        @Nullable String proto,
        @Nullable String gpuName,
        @Nullable BigDecimal gpuVramGb,
        int gpuCount,
        @Nullable Integer cpuCores,
        @Nullable BigDecimal ramGb,
        int maxParallel,
        BigDecimal basePrice,
        @JsonRawValue String tags,
        List<String> capabilities,
        @Nullable String region,
        @Nullable String chainId,
        @Nullable String walletAddress,
        Instant registeredAt,
        Instant updatedAt) {}
