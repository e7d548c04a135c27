package io.aitbc.poolhub.telemetry;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that a miner is told to do.
 *
 * @param type {@code throttle}, {@code unthrottle}, {@code stop_job}, {@code drain} or {@code undrain}
 * @param powerLimitWatts of a throttle
 */
public record Command(
        UUID commandId,
        String minerId,
        String type,
        @Nullable String gpuUuid,
        @Nullable String jobId,
        @Nullable Integer attempt,
        @Nullable Integer powerLimitWatts,
        String reason,
        Instant createdAt) {}
