package io.aitbc.coordinator.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.service.web.KnownFieldsOnly;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What shall be different; whatever is left out stays as it is, and so does what is null.
 *
 * @param creditLimit here null is something else than nothing: it takes the limit away
 */
@KnownFieldsOnly
record TenantChange(
        @Nullable @Size(min = 1, max = 200) String name,
        @Nullable TenantStatus status,
        @Nullable String currency,
        @Nullable String timezone,
        @Nullable @Email @Size(min = 1, max = 254) String billingEmail,
        @Nullable @Size(min = 1, max = 64) String pricePlan,

        @Nullable @Schema(type = "number", nullable = true, minimum = "0")
        JsonNode creditLimit,

        @Nullable @Valid @Size(max = 10) List<@NotNull TaxRate> taxRates) {

    private static final int WHOLE_DIGITS = 12;
    private static final int DECIMALS = 8;

    /** Whether the credit limit is meant. */
    boolean isOfCreditLimit() {
        return creditLimit != null;
    }

    /**
     * The new credit limit; null for none.
     *
     * @throws Problem 422 when it is no amount
     */
    @Nullable
    BigDecimal newCreditLimit() {
        if (creditLimit == null || creditLimit.isNull()) {
            return null;
        }
        BigDecimal limit = creditLimit.isNumber() ? creditLimit.decimalValue() : BigDecimal.ONE.negate();
        if (limit.signum() < 0
                || (long) limit.precision() - limit.scale() > WHOLE_DIGITS
                || limit.stripTrailingZeros().scale() > DECIMALS) {
            throw Problem.unprocessable(
                    "invalid-amount",
                    "credit_limit must be a number of 0 or more with at most " + WHOLE_DIGITS
                            + " digits before the decimal point, or null for no limit.");
        }
        return limit;
    }

    static TenantChange close() {
        return new TenantChange(null, TenantStatus.CLOSED, null, null, null, null, null, null);
    }
}
