package io.aitbc.poolhub.match;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How work ended.
 *
 * @param outcome {@code completed} or {@code failed}; {@code success}, {@code failure} mean the same
 * @param billable whether failed work is charged all the same, because the fault was the tenant's
 */
record FeedbackRequest(
        @NotNull @Size(min = 1, max = 128) @Nullable String jobId,
        @NotNull @Size(min = 1, max = 64) @Nullable String minerId,
        @NotNull @Nullable Outcome outcome,
        @DecimalMin("0") @DecimalMax("86400000") @Nullable Double latencyMs,
        @Size(max = 64) @Nullable String failCode,
        @Size(min = 1, max = 64) @Nullable String tenantId,
        @Min(1) @Max(1024) @Nullable Integer gpuCount,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Boolean billable) {

    /** How it ended. */
    enum Outcome {
        completed,
        failed,
        success,
        failure;

        boolean isCompleted() {
            return this == completed || this == success;
        }

        String stored() {
            return isCompleted() ? "completed" : "failed";
        }
    }
}
