package io.aitbc.poolhub.capacity;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A time during which demand was at or above the threshold.
 *
 * @param poolId what the pool was called outside when it began
 * @param openedPct demand against capacity when it began, %
 * @param peakPct the highest seen
 * @param resolvedAt when demand had been below the threshold in three snapshots on end; null while it lasts
 * @param notificationEmail who is told besides those whom the coordinator's routes name
 * @param openingToldAt when the coordinator took the message; null while it has not
 * @param tellError why it did not, last
 */
public record AlertEpisode(
        UUID id,
        String poolId,
        double thresholdPct,
        Instant openedAt,
        double openedPct,
        double peakPct,
        @Nullable Instant resolvedAt,
        @Nullable String notificationEmail,
        @Nullable Instant openingToldAt,
        @Nullable Instant resolutionToldAt,
        @Nullable String tellError) {}
