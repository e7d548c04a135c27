package io.aitbc.poolhub.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.gpu.scheduling.JobRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is submitted.
 *
 * @param minVramGb of each GPU, GiB
 * @param priority 0..100, higher first; 50 unless told
 * @param maxDurationS after which it is stopped and has failed
 * @param expectedDurationS how long it is thought to run; as long as it may, unless told
 * @param preemptible whether it may be stopped for a job of higher priority and go on later
 * @param maxAttempts how often it may fail by itself before it has failed; being lost with a miner does not count
 * @param spec what the miner is to run: {@code command}, {@code env}; not looked into here
 */
record SubmitJob(
        @NotNull @Size(min = 1, max = 128) @Pattern(regexp = NAME, message = MUST) @Nullable
        String jobId,

        @NotNull @Size(min = 1, max = 64) @Pattern(regexp = NAME, message = MUST) @Nullable
        String tenantId,

        @Min(1) @Max(JobRequest.MOST_GPUS) @Nullable Integer gpuCount,
        @DecimalMin("0") @DecimalMax("100000") @Nullable Double minVramGb,
        @Min(0) @Max(JobRequest.HIGHEST_PRIORITY) @Nullable Integer priority,
        @Min(1) @Max(2_678_400) @Nullable Integer maxDurationS,
        @Min(1) @Max(2_678_400) @Nullable Integer expectedDurationS,
        @Nullable Boolean preemptible,
        @Min(1) @Max(10) @Nullable Integer maxAttempts,
        @Valid @Nullable Requirements requirements,
        @Nullable JsonNode spec) {

    static final String NAME = "[A-Za-z0-9][A-Za-z0-9._:-]*";
    static final String MUST = "must have letters, digits, dots, dashes, colons and underscores only";
    private static final int A_DAY = 86_400;

    /**
     * What its machine must have.
     *
     * @param gpuName part of the GPU's product name, case ignored
     * @param maxPrice the most that a GPU hour may cost
     */
    record Requirements(
            @Size(min = 1, max = 128) @Nullable String gpuName,
            @Size(min = 1, max = 64) @Nullable String region,
            @Size(max = 100) @Nullable List<@NotNull @Size(min = 1, max = 128) String> capabilitiesAll,

            @DecimalMin("0") @Digits(integer = 12, fraction = 8) @Nullable
            BigDecimal maxPrice) {

        static final Requirements NONE = new Requirements(null, null, null, null);
    }

    Requirements required() {
        return requirements == null ? Requirements.NONE : requirements;
    }

    int gpus() {
        return gpuCount == null ? 1 : gpuCount;
    }

    int priorityOrUsual() {
        return priority == null ? 50 : priority;
    }

    int longestSeconds() {
        return maxDurationS == null ? A_DAY : maxDurationS;
    }

    int expectedSeconds() {
        return expectedDurationS == null ? longestSeconds() : Math.min(expectedDurationS, longestSeconds());
    }
}
