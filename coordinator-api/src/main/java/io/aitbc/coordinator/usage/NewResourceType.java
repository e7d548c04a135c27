package io.aitbc.coordinator.usage;

import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A resource type to be made; see {@link ResourceType}.
 *
 * @param wallClock false when left out
 */
record NewResourceType(
        @NotNull @Pattern(regexp = "[a-z][a-z0-9_]{0,31}", message = NewResourceType.RULE + "32")
        String name,

        @NotNull @Pattern(regexp = "[a-z][a-z0-9_]{0,15}", message = NewResourceType.RULE + "16")
        String unit,

        @Nullable Boolean wallClock,

        @Nullable @DecimalMin(value = "0", inclusive = false) @Digits(integer = 6, fraction = 8)
        BigDecimal hoursPerUnit,

        @Nullable @Pattern(regexp = "[a-z][a-z0-9_]{0,15}", message = NewResourceType.RULE + "16")
        String sentUnit) {

    static final String RULE = "must be small letters, digits and _, beginning with a letter, and no longer than ";
}
