package io.aitbc.poolhub.usage;

import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Usage as a caller states it. */
record UsageRecord(
        @Nullable UUID eventId,

        @NotNull
        @Size(min = 1, max = 64)
        @Pattern(regexp = TEXT, message = "must have no control characters and no broken ones")
        @Nullable
        String tenantId,

        @NotNull @Pattern(regexp = "[a-z][a-z0-9_]{0,31}", message = "must be a name such as gpu_hours") @Nullable
        String resourceType,

        @NotNull @DecimalMin("0") @Digits(integer = 12, fraction = 8) @Nullable
        BigDecimal quantity,

        @DecimalMin("0") @Digits(integer = 12, fraction = 8) @Nullable
        BigDecimal unitPrice,

        @Size(min = 1, max = 128)
        @Pattern(regexp = TEXT, message = "must have no control characters and no broken ones")
        @Nullable
        String jobId,

        @Size(min = 1, max = 64)
        @Pattern(regexp = TEXT, message = "must have no control characters and no broken ones")
        @Nullable
        String minerId,

        @Nullable Instant occurredAt,
        @Nullable Instant periodStart,
        @Nullable Instant periodEnd,
        @Size(max = 100) @Nullable Map<@Size(max = 128) String, Object> metadata) {

    /** Begins with a visible character, and holds nothing that cannot be stored. */
    private static final String TEXT = "[^\\s\\p{Cntrl}\\p{Cs}][^\\p{Cntrl}\\p{Cs}]*";
}
