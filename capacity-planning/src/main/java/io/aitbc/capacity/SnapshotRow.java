package io.aitbc.capacity;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A snapshot as somebody sends it: anything may be missing or wrong. The fields are those of {@link CapacitySnapshot}. */
public record SnapshotRow(
        @Nullable UUID id,
        @Nullable Integer totalMiners,
        @Nullable Integer activeMiners,
        @Nullable Integer totalParallelCapacity,
        @Nullable Integer totalQueueLength,
        @Nullable Double capacityUtilizationPct,
        @Nullable Integer forecastCapacity,
        @Nullable String recommendedScaling,
        @Nullable String scalingReason,
        @Nullable Instant timestamp,
        @Nullable Map<String, Object> metadata) {

    private static final Duration OLDEST = Duration.ofDays(400);
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

    /** What is wrong with it, in a sentence; null when it can be taken. */
    public @Nullable String fault(Instant now) {
        if (id == null) {
            return "id is missing.";
        }
        if (timestamp == null) {
            return "timestamp is missing.";
        }
        if (isAhead(now)) {
            return "timestamp lies ahead; only the past is taken.";
        }
        if (timestamp.isBefore(now.minus(OLDEST))) {
            return "timestamp is more than 400 days ago.";
        }
        if (capacityUtilizationPct == null || !(capacityUtilizationPct >= 0 && capacityUtilizationPct <= 100)) {
            return "capacity_utilization_pct must be given, within 0..100.";
        }
        if (forecastCapacity != null && forecastCapacity < 0) {
            return "forecast_capacity must not be negative.";
        }
        String count = first(
                count("total_miners", totalMiners),
                count("active_miners", activeMiners),
                count("total_parallel_capacity", totalParallelCapacity),
                count("total_queue_length", totalQueueLength));
        return first(
                count,
                text("recommended_scaling", recommendedScaling, 32),
                text("scaling_reason", scalingReason, 1_000),
                metadata != null && metadata.toString().indexOf('\0') >= 0
                        ? "metadata must not contain the NUL character."
                        : null);
    }

    /** Whether it comes from a clock that is ahead of ours: later it is of the past. */
    public boolean isAhead(Instant now) {
        return timestamp != null && timestamp.isAfter(now.plus(CLOCK_TOLERANCE));
    }

    /** As it is stored; only where {@link #fault} finds nothing. */
    public CapacitySnapshot snapshot(Map<String, Object> moreMetadata) {
        Map<String, Object> said = new LinkedHashMap<>(metadata == null ? Map.of() : metadata);
        said.putAll(moreMetadata);
        return new CapacitySnapshot(
                Objects.requireNonNull(id),
                Objects.requireNonNull(totalMiners),
                Objects.requireNonNull(activeMiners),
                Objects.requireNonNull(totalParallelCapacity),
                Objects.requireNonNull(totalQueueLength),
                Objects.requireNonNull(capacityUtilizationPct),
                forecastCapacity,
                recommendedScaling,
                scalingReason,
                Objects.requireNonNull(timestamp),
                said);
    }

    private static @Nullable String count(String name, @Nullable Integer value) {
        return value == null || value < 0 ? name + " must be given, 0 or more." : null;
    }

    private static @Nullable String text(String name, @Nullable String value, int most) {
        boolean good = value == null || !value.isEmpty() && value.length() <= most && value.indexOf('\0') < 0;
        return good ? null : name + " must have 1 to " + most + " characters, none of them NUL.";
    }

    private static @Nullable String first(@Nullable String... faults) {
        for (String fault : faults) {
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }
}
