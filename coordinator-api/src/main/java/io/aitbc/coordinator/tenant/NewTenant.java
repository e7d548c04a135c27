package io.aitbc.coordinator.tenant;

import io.aitbc.service.web.KnownFieldsOnly;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tenant to be made.
 *
 * @param tenantId its id for ever
 * @param name the id again when left out
 * @param currency USD when left out; it cannot be changed later
 * @param timezone UTC when left out
 */
@KnownFieldsOnly
record NewTenant(
        @NotNull @Pattern(regexp = TenantId.PATTERN, message = TenantId.RULE)
        String tenantId,

        @Nullable @Size(min = 1, max = 200) String name,
        @Nullable String currency,
        @Nullable String timezone,
        @Nullable @Email @Size(min = 1, max = 254) String billingEmail,
        @Nullable @Size(min = 1, max = 64) String pricePlan,

        @Nullable @DecimalMin("0") @Digits(integer = 12, fraction = 8)
        BigDecimal creditLimit,

        @Nullable @Valid @Size(max = 10) List<@NotNull TaxRate> taxRates) {}
