package io.aitbc.coordinator.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.coordinator.pricing.PricePlan.Version;
import io.aitbc.coordinator.pricing.Tariff.Graduated;
import io.aitbc.coordinator.pricing.Tariff.Packages;
import io.aitbc.coordinator.pricing.Tariff.PerUnit;
import io.aitbc.coordinator.pricing.Tariff.Tier;
import io.aitbc.coordinator.pricing.Tariff.Volume;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds of every plan and every usage. */
class PricingInvariantsTest {

    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final int DAYS = 31;

    @Property(tries = 500)
    void neitherOrderNorSplittingChangesAnything(
            @ForAll("plans") PricePlan plan, @ForAll("usage") List<Used> used, @ForAll Random random) {
        List<Used> other = new ArrayList<>();
        for (Used one : used) {
            BigDecimal part = one.quantity().multiply(BigDecimal.valueOf(random.nextInt(1_000), 3));
            other.add(with(one, part));
            other.add(with(one, one.quantity().subtract(part)));
        }
        Collections.shuffle(other, random);
        List<Charge> charges = Pricing.charges(plan, used, START);
        List<Charge> others = Pricing.charges(plan, other, START);
        assertThat(others)
                .usingRecursiveComparison()
                .ignoringFields("portion")
                .withComparatorForType(BigDecimal::compareTo, BigDecimal.class)
                .isEqualTo(charges);
        assertThat(Pricing.total(plan, others)).isEqualTo(Pricing.total(plan, charges));
    }

    @Property(tries = 500)
    void aStretchCostsTheSameHoweverItIsCut(
            @ForAll("tariffs") Tariff tariff,
            @ForAll("quantities") BigDecimal a,
            @ForAll("quantities") BigDecimal b,
            @ForAll("quantities") BigDecimal c,
            @ForAll("quantities") BigDecimal total) {
        assertThat(cost(tariff, a, b, total).add(cost(tariff, b, c, total)))
                .isEqualByComparingTo(cost(tariff, a, c, total));
        assertThat(cost(tariff, b, a, total))
                .isEqualByComparingTo(cost(tariff, a, b, total).negate());
    }

    @Property(tries = 500)
    void graduatedTiersHaveNoJumpsAndMoreNeverCostsLess(
            @ForAll("graduated") Graduated tariff, @ForAll("quantities") BigDecimal from) {
        BigDecimal little = new BigDecimal("0.00000001");
        BigDecimal step = cost(tariff, from, from.add(little), from);
        BigDecimal dearest = tariff.tiers().stream()
                .map(Tier::unitPrice)
                .max(BigDecimal::compareTo)
                .orElseThrow();
        assertThat(step).isBetween(BigDecimal.ZERO, dearest.multiply(little));
    }

    @Property(tries = 500)
    void aChangeToTheSamePricesChangesNothingButTheRounding(
            @ForAll("rates") Rate rate, @ForAll("usage") List<Used> used, @ForAll("moments") Instant change) {
        PricePlan one = plan(List.of(new Version(START, List.of(rate), BigDecimal.ZERO)));
        PricePlan two = plan(List.of(
                new Version(START, List.of(rate), BigDecimal.ZERO),
                new Version(change, List.of(rate), BigDecimal.ZERO)));
        List<Charge> before = Pricing.charges(one, used, START);
        List<Charge> after = Pricing.charges(two, used, START);
        BigDecimal difference = Pricing.total(one, before)
                .amount()
                .subtract(Pricing.total(two, after).amount())
                .abs();
        assertThat(difference)
                .isLessThanOrEqualTo(
                        new BigDecimal("0.005").multiply(BigDecimal.valueOf(before.size() + after.size())));
    }

    @Property(tries = 500)
    void freeUnitsAreFreeToTheLastAndNoFurther(
            @ForAll("graduated") Graduated tariff,
            @ForAll("quantities") BigDecimal free,
            @ForAll("quantities") BigDecimal used) {
        PricePlan plan =
                plan(List.of(new Version(START, List.of(new Rate("gpu_hours", null, tariff, free)), BigDecimal.ZERO)));
        BigDecimal paid = used.subtract(free).max(BigDecimal.ZERO);
        List<Charge> charges =
                Pricing.charges(plan, List.of(new Used(START, "gpu_hours", null, used, null, null, null)), START);
        BigDecimal charged = charges.stream()
                .filter(charge -> charge.kind() == Charge.Kind.USAGE)
                .map(Charge::quantity)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(charged).isEqualByComparingTo(paid);
        PricePlan nothingFree = plan(List.of(
                new Version(START, List.of(new Rate("gpu_hours", null, tariff, BigDecimal.ZERO)), BigDecimal.ZERO)));
        assertThat(Pricing.total(plan, charges))
                .isEqualTo(Pricing.total(
                        nothingFree,
                        Pricing.charges(
                                nothingFree,
                                List.of(new Used(START, "gpu_hours", null, paid, null, null, null)),
                                START)));
    }

    @Property(tries = 500)
    void whatIsOwedIsAtLeastTheCommitmentAndExactlyThatWhereLessWasUsed(
            @ForAll("rates") Rate rate, @ForAll("usage") List<Used> used, @ForAll("commitments") BigDecimal least) {
        PricePlan bare = plan(List.of(new Version(START, List.of(rate), BigDecimal.ZERO)));
        PricePlan bound = plan(List.of(new Version(START, List.of(rate), least)));
        BigDecimal usage =
                Pricing.total(bare, Pricing.charges(bare, used, START)).amount();
        assertThat(Pricing.total(bound, Pricing.charges(bound, used, START)).amount())
                .isEqualByComparingTo(least.signum() == 0 ? usage : usage.max(least));
    }

    @Property(tries = 500)
    void waivedWorkIsShownAndNeverChangesWhatTheRestCosts(
            @ForAll("plans") PricePlan plan, @ForAll("usage") List<Used> used) {
        Predicate<Used> waived = one -> one.outcome() != null
                && plan.at(one.at()).orElseThrow().waived().contains(one.outcome());
        List<Charge> charges = Pricing.charges(plan, used, START);
        List<Charge> withoutThem =
                Pricing.charges(plan, used.stream().filter(waived.negate()).toList(), START);
        assertThat(charges.stream().filter(charge -> charge.kind() != Charge.Kind.WAIVED))
                .containsExactlyElementsOf(withoutThem);
        List<Charge> shown = charges.stream()
                .filter(charge -> charge.kind() == Charge.Kind.WAIVED)
                .toList();
        assertThat(shown).allMatch(charge -> charge.amount().amount().signum() == 0 && charge.outcome() != null);
        assertThat(quantity(shown.stream().map(Charge::quantity)))
                .isEqualByComparingTo(quantity(used.stream().filter(waived).map(Used::quantity)));
    }

    @Property(tries = 500)
    void everyRowIsInThePortionOfSomeLineUnlessItsSumIsNothing(
            @ForAll("plans") PricePlan plan, @ForAll("usage") List<Used> used) {
        List<Charge> charges = Pricing.charges(plan, used, START);
        Set<Used> explained = new HashSet<>();
        charges.forEach(charge -> explained.addAll(charge.portion()));
        assertThat(used).containsAll(explained);
        assertThat(quantity(used.stream().map(Used::quantity)))
                .isEqualByComparingTo(quantity(charges.stream()
                        .filter(charge -> charge.kind() != Charge.Kind.COMMITMENT)
                        .map(Charge::quantity)));
    }

    @Property(tries = 500)
    void aPeriodCutWhereThePriceChangesCostsTheSameWithoutTiers(
            @ForAll("prices") BigDecimal before,
            @ForAll("prices") BigDecimal after,
            @ForAll("moments") Instant change,
            @ForAll("usage") List<Used> used) {
        Version first = new Version(START, List.of(perUnit(before)), BigDecimal.ZERO);
        Version second = new Version(change, List.of(perUnit(after)), BigDecimal.ZERO);
        PricePlan plan = plan(List.of(first, second));
        List<Used> early =
                used.stream().filter(one -> one.at().isBefore(change)).toList();
        List<Used> late =
                used.stream().filter(one -> !one.at().isBefore(change)).toList();
        List<Used> booked = used.stream().filter(one -> one.ownPrice() == null).toList();
        Predicate<Used> isBooked = booked::contains;
        assertThat(Pricing.total(plan, Pricing.charges(plan, booked, START)))
                .isEqualTo(Pricing.total(
                                plan(List.of(first)),
                                Pricing.charges(
                                        plan(List.of(first)),
                                        early.stream().filter(isBooked).toList(),
                                        START))
                        .plus(Pricing.total(
                                plan(List.of(second)),
                                Pricing.charges(
                                        plan(List.of(second)),
                                        late.stream().filter(isBooked).toList(),
                                        change))));
    }

    @Property(tries = 500)
    void amountsAreWholeMinorUnitsOfEveryCurrency(@ForAll("plans") PricePlan plan, @ForAll("usage") List<Used> used) {
        int decimals = plan.currency().getDefaultFractionDigits();
        List<Charge> charges = Pricing.charges(plan, used, START);
        assertThat(charges).allMatch(charge -> charge.amount().amount().scale() == decimals);
        assertThat(Pricing.total(plan, charges).amount())
                .isEqualByComparingTo(
                        quantity(charges.stream().map(charge -> charge.amount().amount())));
    }

    private static BigDecimal quantity(Stream<BigDecimal> quantities) {
        return quantities.reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static Rate perUnit(BigDecimal price) {
        return new Rate("gpu_hours", null, new PerUnit(price), BigDecimal.ZERO);
    }

    @Provide
    Arbitrary<BigDecimal> quantities() {
        return Arbitraries.bigDecimals()
                .between(BigDecimal.ZERO, new BigDecimal("10000"))
                .ofScale(8);
    }

    @Provide
    Arbitrary<BigDecimal> commitments() {
        return Arbitraries.bigDecimals()
                .between(BigDecimal.ZERO, new BigDecimal("5000"))
                .ofScale(2);
    }

    @Provide
    Arbitrary<Instant> moments() {
        return Arbitraries.longs()
                .between(1, Duration.ofDays(DAYS).toSeconds() - 1)
                .map(START::plusSeconds);
    }

    @Provide
    Arbitrary<Graduated> graduated() {
        return tiers().map(Graduated::new);
    }

    @Provide
    Arbitrary<Tariff> tariffs() {
        return Arbitraries.oneOf(
                prices().map(PerUnit::new),
                tiers().map(Graduated::new),
                tiers().map(Volume::new),
                Combinators.combine(quantities().filter(size -> size.signum() > 0), prices())
                        .as(Packages::new));
    }

    @Provide
    Arbitrary<Rate> rates() {
        return Combinators.combine(tariffs(), quantities())
                .as((tariff, free) -> new Rate("gpu_hours", null, tariff, free.movePointLeft(1)));
    }

    @Provide
    Arbitrary<PricePlan> plans() {
        Arbitrary<Set<Outcome>> waivers = Arbitraries.of(Outcome.values()).set();
        Arbitrary<Version> versions = Combinators.combine(rates(), rates(), commitments(), waivers)
                .as((all, own, least, waived) -> new Version(
                        START,
                        List.of(all, new Rate("gpu_hours", "H100", own.tariff(), own.freeUnits())),
                        least,
                        waived,
                        List.of()));
        return Combinators.combine(versions, versions, moments(), Arbitraries.of("USD", "JPY", "KWD"))
                .as((first, second, change, currency) -> new PricePlan(
                        Currency.getInstance(currency),
                        List.of(
                                first,
                                new Version(
                                        change,
                                        second.rates(),
                                        second.minimumCommitment(),
                                        second.waived(),
                                        List.of()))));
    }

    @Provide
    Arbitrary<List<Used>> usage() {
        Arbitrary<Used> one = Combinators.combine(
                        moments(),
                        Arbitraries.of("H100", "T4"),
                        Arbitraries.bigDecimals()
                                .between(new BigDecimal("-100"), new BigDecimal("2000"))
                                .ofScale(8),
                        Arbitraries.of("", "0", "0.3333", "2"),
                        Arbitraries.of(Outcome.values()).injectNull(0.5),
                        Arbitraries.of("m-1", "m-2"))
                .as((at, model, quantity, own, outcome, miner) -> new Used(
                        at, "gpu_hours", model, quantity, own.isEmpty() ? null : new BigDecimal(own), outcome, miner));
        return one.list().ofMaxSize(30);
    }

    @Provide
    Arbitrary<BigDecimal> prices() {
        return Arbitraries.bigDecimals()
                .between(BigDecimal.ZERO, new BigDecimal("9"))
                .ofScale(4);
    }

    private Arbitrary<List<Tier>> tiers() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 5_000).set().ofMaxSize(4),
                        prices().list().ofSize(5))
                .as((ends, prices) -> {
                    List<Tier> tiers = new ArrayList<>();
                    for (int end : ends.stream().sorted().toList()) {
                        tiers.add(new Tier(BigDecimal.valueOf(end), prices.get(tiers.size())));
                    }
                    tiers.add(new Tier(null, prices.get(4)));
                    return tiers;
                });
    }

    private static BigDecimal cost(Tariff tariff, BigDecimal from, BigDecimal to, BigDecimal total) {
        return tariff.between(from, to, total).stream()
                .map(Tariff.Part::exact)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static Used with(Used one, BigDecimal quantity) {
        return new Used(
                one.at(), one.resourceType(), one.gpuModel(), quantity, one.ownPrice(), one.outcome(), one.minerId());
    }

    private static PricePlan plan(List<Version> versions) {
        return new PricePlan(Currency.getInstance("USD"), versions);
    }
}
