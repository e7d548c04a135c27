package io.aitbc.coordinator.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
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
import java.math.RoundingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is submitted.
 *
 * @param jobId the tenant's name for it; one is made unless told
 * @param tenantId whose it is; the caller's own unless told
 * @param minVramGb of each GPU, GiB
 * @param priority 0..100, higher first; 50 unless told
 * @param maxDurationS after which it is stopped and has failed; a day unless told
 * @param expectedDurationS how long it is thought to run; as long as it may, unless told
 * @param preemptible whether it may be stopped for a job of higher priority and go on later
 * @param maxAttempts how often it may fail by itself before it has failed; once unless told
 * @param spec what the miner is to run; not looked into here
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record NewJob(
        @Size(min = 1, max = 128) @Pattern(regexp = NAME, message = MUST) @Nullable
        String jobId,

        @Size(min = 1, max = 64) @Nullable String tenantId,
        @Min(1) @Max(MOST_GPUS) @Nullable Integer gpuCount,

        @DecimalMin("0") @DecimalMax("100000") @Digits(integer = 6, fraction = 8) @Nullable
        BigDecimal minVramGb,

        @Min(0) @Max(100) @Nullable Integer priority,
        @Min(1) @Max(LONGEST_S) @Nullable Integer maxDurationS,
        @Min(1) @Max(LONGEST_S) @Nullable Integer expectedDurationS,
        @Nullable Boolean preemptible,
        @Min(1) @Max(10) @Nullable Integer maxAttempts,
        @Valid @Nullable Requirements requirements,
        @Nullable JsonNode spec) {

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._:-]*";
    private static final String MUST = "must have letters, digits, dots, dashes, colons and underscores only";
    private static final int MOST_GPUS = 1_024;
    private static final int LONGEST_S = 2_678_400;
    private static final int A_DAY = 86_400;

    /**
     * What its machine must have.
     *
     * @param gpuName part of the GPU's product name, case ignored
     * @param maxPrice the most that a GPU hour may cost
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Requirements(
            @Size(min = 1, max = 128) @Nullable String gpuName,
            @Size(min = 1, max = 64) @Nullable String region,
            @Size(max = 100) @Nullable List<@NotNull @Size(min = 1, max = 128) String> capabilitiesAll,

            @DecimalMin("0") @Digits(integer = 12, fraction = 8) @Nullable
            BigDecimal maxPrice) {}

    /** The same job of this tenant under this name. */
    NewJob named(@Nullable String name, String tenant) {
        return new NewJob(
                name,
                tenant,
                gpuCount,
                minVramGb,
                priority,
                maxDurationS,
                expectedDurationS,
                preemptible,
                maxAttempts,
                requirements,
                spec);
    }

    int gpus() {
        return gpuCount == null ? 1 : gpuCount;
    }

    int longestSeconds() {
        return maxDurationS == null ? A_DAY : maxDurationS;
    }

    int attempts() {
        return maxAttempts == null ? 1 : maxAttempts;
    }

    /** How what it may use comes about, for whoever is refused. */
    String reserved() {
        String hours = BigDecimal.valueOf(longestSeconds())
                .divide(BigDecimal.valueOf(3_600), 2, RoundingMode.UP)
                .stripTrailingZeros()
                .toPlainString();
        return "A job reserves gpu_count × max_duration_s × max_attempts, here " + gpus() + " × " + hours + " hours × "
                + attempts() + (maxDurationS == null ? ", as max_duration_s is a day when it is left out." : ".");
    }

    /** Part of the name of the GPUs that it can run on; null for any. */
    @Nullable
    String gpuName() {
        return requirements == null ? null : requirements.gpuName();
    }
}
