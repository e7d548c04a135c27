package io.aitbc.poolhub.match;

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
 * What a job needs, and what it would like.
 *
 * @param jobId the caller's name for the job
 * @param tenantId who pays for the call; null for nobody
 * @param topK how many candidates at most
 */
record JobNeeds(
        @NotNull @Size(min = 1, max = 128) @Pattern(regexp = NO_NUL, message = MUST) @Nullable
        String jobId,

        @Size(min = 1, max = 64) @Pattern(regexp = NO_NUL, message = MUST) @Nullable
        String tenantId,

        @Valid @Nullable Requirements requirements,
        @Valid @Nullable Hints hints,
        @Min(1) @Max(50) @Nullable Integer topK) {

    /** The database keeps no NUL, and one call that cannot be kept would hold up those that are kept with it. */
    private static final String NO_NUL = "[^\\x00]*+";

    private static final String MUST = "must not contain NUL";

    /** What a miner must have to be offered at all. */
    record Requirements(
            @DecimalMin("0") @DecimalMax("100000") @Nullable Double minVramGb,

            @DecimalMin("0") @DecimalMax("1000000") @Nullable
            Double minRamGb,

            @Min(0) @Max(1024) @Nullable Integer gpuCount,

            @Size(max = 128) @Pattern(regexp = NO_NUL, message = MUST) @Nullable
            String gpuName,

            @Size(max = 100) @Nullable
            List<@NotNull @Size(max = 128) @Pattern(regexp = NO_NUL, message = MUST) String> capabilitiesAny,

            @Size(max = 100) @Nullable
            List<@NotNull @Size(max = 128) @Pattern(regexp = NO_NUL, message = MUST) String> capabilitiesAll) {

        static final Requirements NONE = new Requirements(null, null, null, null, null, null);
    }

    /**
     * @param region preferred, not demanded
     * @param maxPrice the most that a GPU hour may cost; a bound
     */
    record Hints(
            @Size(max = 64) @Pattern(regexp = NO_NUL, message = MUST) @Nullable
            String region,

            @DecimalMin("0") @Digits(integer = 12, fraction = 8) @Nullable
            BigDecimal maxPrice) {

        static final Hints NONE = new Hints(null, null);
    }

    /**
     * Whether this surely breaks none of the rules above, said so that it costs next to nothing. What is not sure has to be
     * looked at by the rules themselves.
     */
    boolean isSurelySound() {
        Requirements required = required();
        return jobId != null
                && isText(jobId, 1, 128)
                && (tenantId == null || isText(tenantId, 1, 64))
                && (topK == null || topK >= 1 && topK <= 50)
                && isWithin(required.minVramGb(), 100_000)
                && isWithin(required.minRamGb(), 1_000_000)
                && (required.gpuCount() == null || required.gpuCount() >= 0 && required.gpuCount() <= 1_024)
                && (required.gpuName() == null || isText(required.gpuName(), 0, 128))
                && areShort(required.capabilitiesAny())
                && areShort(required.capabilitiesAll())
                && (hinted().region() == null || isText(hinted().region(), 0, 64))
                && isSound(hinted().maxPrice());
    }

    private static boolean isText(String text, int least, int most) {
        return text.length() >= least && text.length() <= most && text.indexOf('\0') < 0;
    }

    private static boolean isWithin(@Nullable Double number, double most) {
        return number == null || number >= 0 && number <= most;
    }

    private static boolean areShort(@Nullable List<String> texts) {
        if (texts == null || texts.isEmpty()) {
            return true;
        }
        for (String text : texts) {
            // JSON may hold null where Java would not.
            if (text == null || !isText(text, 0, 128)) {
                return false;
            }
        }
        return texts.size() <= 100;
    }

    private static boolean isSound(@Nullable BigDecimal price) {
        return price == null || price.signum() >= 0 && price.scale() <= 8 && price.precision() - price.scale() <= 12;
    }

    Requirements required() {
        return requirements == null ? Requirements.NONE : requirements;
    }

    Hints hinted() {
        return hints == null ? Hints.NONE : hints;
    }

    int wanted() {
        return topK == null ? 1 : topK;
    }
}
