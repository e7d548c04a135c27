package io.aitbc.coordinator.tenant;

import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What shall be different; whatever is left out, or null, stays as it is. */
record TenantChange(
        @Nullable @Size(min = 1, max = 200) String name,
        @Nullable TenantStatus status,
        @Nullable String currency,
        @Nullable String timezone,
        @Nullable @Email @Size(max = 254) String billingEmail,
        @Nullable @Size(max = 64) String pricePlan,

        @Nullable @DecimalMin("0") @Digits(integer = 12, fraction = 8)
        BigDecimal creditLimit,

        @Nullable @Valid @Size(max = 10) List<@NotNull TaxRate> taxRates) {

    static TenantChange close() {
        return new TenantChange(null, TenantStatus.CLOSED, null, null, null, null, null, null);
    }
}
