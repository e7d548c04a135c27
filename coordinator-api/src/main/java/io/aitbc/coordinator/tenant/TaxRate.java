package io.aitbc.coordinator.tenant;

import io.aitbc.service.web.KnownFieldsOnly;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;

/**
 * A tax that a tenant pays on top of what it is charged.
 *
 * @param name such as VAT
 * @param pct of the net total, 0..100
 */
@KnownFieldsOnly
public record TaxRate(
        @NotNull @Size(min = 1, max = 64) String name,

        @NotNull @DecimalMin("0") @DecimalMax("100") @Digits(integer = 3, fraction = 6)
        BigDecimal pct) {}
