package io.aitbc.coordinator.pricing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.Currency;
import java.util.Optional;

/**
 * An amount in a currency, in whole minor units: 0.01 USD, 1 JPY, 0.001 KWD. The only place that knows scale and
 * rounding: what becomes money is rounded here, half up and once, and never again.
 *
 * @param amount with exactly as many decimals as the currency has
 * @param currency of ISO 4217
 */
public record Money(BigDecimal amount, Currency currency) {

    /**
     * @throws IllegalArgumentException when the amount is finer than the currency's minor unit
     */
    public Money {
        int scale = currency.getDefaultFractionDigits();
        if (amount.stripTrailingZeros().scale() > scale) {
            throw new IllegalArgumentException(
                    amount.toPlainString() + " is finer than the minor unit of " + currency.getCurrencyCode());
        }
        amount = amount.setScale(scale, RoundingMode.UNNECESSARY);
    }

    /** An exact amount, rounded half up to the minor unit; a tie goes away from zero. */
    public static Money rounded(BigDecimal exact, Currency currency) {
        return new Money(exact.setScale(currency.getDefaultFractionDigits(), RoundingMode.HALF_UP), currency);
    }

    /** What a quantity costs at a unit price: multiplied exactly, then rounded once. */
    public static Money charge(BigDecimal quantity, BigDecimal unitPrice, Currency currency) {
        return rounded(quantity.multiply(unitPrice), currency);
    }

    /** Nothing, in a currency. */
    public static Money zero(Currency currency) {
        return new Money(BigDecimal.ZERO, currency);
    }

    /** The exact sum of amounts that are all in this currency. */
    public static Money sum(Collection<Money> amounts, Currency currency) {
        return amounts.stream().reduce(zero(currency), Money::plus);
    }

    /**
     * The exact sum.
     *
     * @throws IllegalArgumentException when the currencies differ
     */
    public Money plus(Money other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException("cannot add " + other.currency + " to " + currency);
        }
        return new Money(amount.add(other.amount), currency);
    }

    /** The currency of a three-letter code; empty when there is none, or it has no minor unit, as gold has not. */
    public static Optional<Currency> currency(String code) {
        try {
            return Optional.of(Currency.getInstance(code)).filter(c -> c.getDefaultFractionDigits() >= 0);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
