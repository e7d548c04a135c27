package io.aitbc.coordinator.pricing;

import java.math.BigDecimal;

/** Decimal numbers as people write them. */
public final class Decimals {

    private Decimals() {}

    /** The same number without zeros that say nothing, and without an exponent: 10.50000000 becomes 10.5, 1E+2 becomes 100. */
    public static BigDecimal tidy(BigDecimal value) {
        BigDecimal stripped = value.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
