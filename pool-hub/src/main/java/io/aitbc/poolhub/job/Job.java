package io.aitbc.poolhub.job;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.aitbc.gpu.scheduling.JobRequest;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A job.
 *
 * @param attempt how often it was given to a miner
 * @param queuedAt when its present, or last, wait began
 * @param waitedMs how long it had waited before that
 * @param progressS how much of its work is saved
 * @param failCode why it failed, in a word
 * @param cause why it is in its state, in words
 * @param result what its last miner told with its end
 */
public record Job(
        String jobId,
        String tenantId,
        JobState state,
        int gpuCount,
        double minVramGb,
        @Nullable String gpuName,
        @Nullable String region,
        List<String> capabilities,
        @Nullable BigDecimal maxPrice,
        int priority,
        boolean preemptible,
        int maxDurationS,
        int expectedS,
        int maxAttempts,
        @JsonIgnore @JsonRawValue String spec,
        int attempt,
        int lost,
        int failures,
        Instant submittedAt,
        Instant queuedAt,
        long waitedMs,
        @Nullable Instant firstStartedAt,
        @Nullable Instant finishedAt,
        double progressS,
        boolean cancelRequested,
        @Nullable String failCode,
        @Nullable String cause,
        @JsonRawValue @Nullable String result,
        @JsonIgnore @Nullable String traceparent) {

    private static final int MIB_PER_GIB = 1_024;

    /** As the scheduler sees it. Sold sizes are rounded up, what GPUs report is what is left: 3 % less will do. */
    JobRequest request() {
        Set<String> labels = new HashSet<>(capabilities);
        if (region != null) {
            labels.add(regionLabel(region));
        }
        if (maxPrice != null) {
            labels.add(priceLabel(maxPrice));
        }
        return new JobRequest(
                jobId,
                tenantId,
                priority,
                gpuCount,
                (long) (minVramGb * MIB_PER_GIB * 0.97),
                gpuName,
                Duration.ofSeconds(expectedS),
                preemptible,
                false,
                labels);
    }

    /** How long it has waited until its present attempt began, in all. */
    Duration waitedUntil(Instant placed) {
        Duration before = Duration.ofMillis(waitedMs);
        return placed.isAfter(queuedAt) ? before.plus(Duration.between(queuedAt, placed)) : before;
    }

    static String regionLabel(String region) {
        return "region=" + region;
    }

    static String priceLabel(BigDecimal most) {
        return "price<=" + most.stripTrailingZeros().toPlainString();
    }
}
