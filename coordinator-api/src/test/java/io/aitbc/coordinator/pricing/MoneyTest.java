package io.aitbc.coordinator.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.Scale;

class MoneyTest {

    private static final Currency USD = Currency.getInstance("USD");

    @Example
    void aTieGoesAwayFromZero() {
        assertThat(usd("0.005")).isEqualTo("0.01");
        assertThat(usd("0.00499999")).isEqualTo("0.00");
        assertThat(usd("-0.005")).isEqualTo("-0.01");
    }

    @Example
    void eachCurrencyHasItsOwnMinorUnit() {
        assertThat(in("1234.5", "JPY")).isEqualTo("1235");
        assertThat(in("1.2345", "KWD")).isEqualTo("1.235");
        assertThat(in("1.2345", "EUR")).isEqualTo("1.23");
    }

    @Example
    void aQuantityTimesAPriceIsRoundedOnceAtTheEnd() {
        BigDecimal calls = new BigDecimal("49");
        BigDecimal price = new BigDecimal("0.0001");
        assertThat(Money.charge(calls, price, USD).amount()).isEqualByComparingTo("0.00");
        assertThat(Money.charge(calls.add(BigDecimal.ONE), price, USD).amount()).isEqualByComparingTo("0.01");
    }

    @Example
    void whatIsFinerThanTheMinorUnitIsNoMoney() {
        assertThatThrownBy(() -> new Money(new BigDecimal("0.001"), USD)).hasMessageContaining("finer than");
        assertThat(new Money(new BigDecimal("1.50000"), USD).amount()).isEqualTo(new BigDecimal("1.50"));
    }

    @Example
    void currenciesDoNotMix() {
        Money yen = Money.zero(Currency.getInstance("JPY"));
        assertThatThrownBy(() -> Money.zero(USD).plus(yen)).hasMessage("cannot add JPY to USD");
    }

    @Example
    void goldAndNonsenseAreNoCurrencies() {
        assertThat(Money.currency("USD")).contains(USD);
        assertThat(Money.currency("XAU")).isEmpty();
        assertThat(Money.currency("usd")).isEmpty();
        assertThat(Money.currency("DOLLAR")).isEmpty();
    }

    @Property
    void roundingMovesAnAmountByAtMostHalfAMinorUnit(
            @ForAll @BigRange(min = "-1000000000", max = "1000000000") @Scale(16) BigDecimal exact,
            @ForAll("currencies") Currency currency) {
        BigDecimal half = new BigDecimal("0.5").movePointLeft(currency.getDefaultFractionDigits());
        Money money = Money.rounded(exact, currency);
        assertThat(money.amount().subtract(exact).abs()).isLessThanOrEqualTo(half);
        assertThat(money.amount().scale()).isEqualTo(currency.getDefaultFractionDigits());
    }

    @Property
    void roundingTwiceIsRoundingOnce(
            @ForAll @BigRange(min = "-1000000", max = "1000000") @Scale(12) BigDecimal exact,
            @ForAll("currencies") Currency currency) {
        Money once = Money.rounded(exact, currency);
        assertThat(Money.rounded(once.amount(), currency)).isEqualTo(once);
    }

    @Property
    void moreIsNeverCheaper(
            @ForAll @BigRange(min = "0", max = "1000000") @Scale(8) BigDecimal quantity,
            @ForAll @BigRange(min = "0", max = "1000") @Scale(8) BigDecimal more,
            @ForAll @BigRange(min = "0", max = "100") @Scale(8) BigDecimal price) {
        assertThat(Money.charge(quantity.add(more), price, USD).amount())
                .isGreaterThanOrEqualTo(Money.charge(quantity, price, USD).amount());
    }

    @Property
    void aSumIsExactInAnyOrder(@ForAll("amounts") List<Money> amounts) {
        BigDecimal plain = amounts.stream().map(Money::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
        List<Money> backwards = new java.util.ArrayList<>(amounts);
        java.util.Collections.reverse(backwards);
        assertThat(Money.sum(amounts, USD).amount()).isEqualByComparingTo(plain);
        assertThat(Money.sum(backwards, USD)).isEqualTo(Money.sum(amounts, USD));
    }

    @Example
    void whatCannotBeSplitEvenlyGoesToTheLargestRemaindersAndTheEarlierOfEqualOnes() {
        assertThat(split("10.00", "1", "1", "1")).containsExactly("3.34", "3.33", "3.33");
        assertThat(split("-10.00", "1", "1", "1")).containsExactly("-3.34", "-3.33", "-3.33");
        assertThat(split("0.05", "0.5", "0.3", "0.2")).containsExactly("0.03", "0.01", "0.01");
        assertThat(split("1.00", "0", "2.5", "0")).containsExactly("0.00", "1.00", "0.00");
        assertThat(split("1.00", "0", "0")).containsExactly("1.00", "0.00");
        assertThatThrownBy(() -> split("1.00")).hasMessageContaining("one or more weights");
        assertThat(split("1.00", "3", "-1")).containsExactly("1.50", "-0.50");
        assertThat(split("-0.05", "2", "-1", "2")).containsExactly("-0.04", "0.02", "-0.03");
        assertThat(split("1.00", "1", "-1")).containsExactly("1.00", "0.00");
    }

    @Property
    void thePartsOfAnAmountAreTheAmountAndEachIsNearItsShare(
            @ForAll @BigRange(min = "-1000000", max = "1000000") @Scale(6) BigDecimal exact,
            @ForAll("currencies") Currency currency,
            @ForAll("weights") List<BigDecimal> weights) {
        Money whole = Money.rounded(exact, currency);
        List<Money> parts = whole.split(weights);
        assertThat(parts).hasSameSizeAs(weights);
        assertThat(Money.sum(parts, currency)).isEqualTo(whole);
        assertThat(whole.split(weights)).isEqualTo(parts);
        BigDecimal all = weights.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal unit = BigDecimal.ONE.movePointLeft(currency.getDefaultFractionDigits());
        for (int i = 0; i < parts.size() && all.signum() > 0; i++) {
            BigDecimal off =
                    parts.get(i).amount().multiply(all).subtract(whole.amount().multiply(weights.get(i)));
            assertThat(off.abs()).isLessThan(unit.multiply(all));
        }
    }

    @Provide
    Arbitrary<List<BigDecimal>> weights() {
        return Arbitraries.bigDecimals()
                .between(BigDecimal.ZERO, new BigDecimal("1000"))
                .ofScale(5)
                .list()
                .ofMinSize(1)
                .ofMaxSize(20);
    }

    private static List<String> split(String amount, String... weights) {
        return new Money(new BigDecimal(amount), USD)
                .split(java.util.Arrays.stream(weights).map(BigDecimal::new).toList()).stream()
                        .map(part -> part.amount().toPlainString())
                        .toList();
    }

    @Provide
    Arbitrary<Currency> currencies() {
        return Arbitraries.of("USD", "EUR", "JPY", "KWD", "CLF").map(Currency::getInstance);
    }

    @Provide
    Arbitrary<List<Money>> amounts() {
        return Arbitraries.bigDecimals()
                .between(new BigDecimal("-100000"), new BigDecimal("100000"))
                .ofScale(6)
                .map(exact -> Money.rounded(exact, USD))
                .list();
    }

    private static String usd(String exact) {
        return in(exact, "USD");
    }

    private static String in(String exact, String currency) {
        return Money.rounded(new BigDecimal(exact), Currency.getInstance(currency))
                .amount()
                .toPlainString();
    }
}
