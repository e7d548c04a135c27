package io.aitbc.coordinator.pricing;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

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

    /** The same with the other sign. */
    public Money negated() {
        return new Money(amount.negate(), currency);
    }

    /**
     * Parts of this amount in proportion to weights, to the minor unit, whose sum is exactly this amount: each gets what its weight
     * is worth rounded down, and what is left goes, one minor unit each, to the largest remainders; the earlier of equal
     * ones first. Where the weights add up to 0 the first gets everything.
     *
     * @param weights at least one; negative ones get the other sign
     */
    public List<Money> split(List<BigDecimal> weights) {
        if (weights.isEmpty()) {
            throw new IllegalArgumentException("an amount is split by one or more weights");
        }
        int scale = weights.stream().mapToInt(BigDecimal::scale).max().orElse(0);
        List<BigInteger> whole = new ArrayList<>(weights.stream()
                .map(weight -> weight.setScale(scale).unscaledValue())
                .toList());
        BigInteger all = whole.stream().reduce(BigInteger.ZERO, BigInteger::add);
        if (all.signum() == 0) {
            whole.replaceAll(weight -> BigInteger.ZERO);
            whole.set(0, BigInteger.ONE);
            all = BigInteger.ONE;
        } else if (all.signum() < 0) {
            whole.replaceAll(BigInteger::negate);
            all = all.negate();
        }
        BigInteger units = amount.unscaledValue().abs();
        BigInteger left = units;
        BigInteger[] parts = new BigInteger[whole.size()];
        BigInteger[] remainders = new BigInteger[whole.size()];
        for (int i = 0; i < parts.length; i++) {
            BigInteger exact = units.multiply(whole.get(i));
            remainders[i] = exact.mod(all);
            parts[i] = exact.subtract(remainders[i]).divide(all);
            left = left.subtract(parts[i]);
        }
        // A stable sort: the earlier of equal remainders stays first. What is left is less than there are remainders
        // above 0.
        List<Integer> byRemainder = IntStream.range(0, parts.length)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> remainders[i]).reversed())
                .toList();
        for (int i = 0; i < left.intValueExact(); i++) {
            int lucky = byRemainder.get(i);
            parts[lucky] = parts[lucky].add(BigInteger.ONE);
        }
        BigInteger sign = BigInteger.valueOf(amount.signum());
        return Arrays.stream(parts)
                .map(part -> new Money(new BigDecimal(part.multiply(sign), amount.scale()), currency))
                .toList();
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
