package io.aitbc.forecasting.planning;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.forecasting.Forecast;
import io.aitbc.forecasting.Series;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.statistics.Statistics;

/** What holds for any demand and any supply. */
class CapacityRuleInvariantsTest {

    private static final int COOL_DOWN = 24;

    /** Everything that the rule looks at. */
    record Case(double[] p95, double above, double[] past, Supply supply, PlanSettings settings) {

        Optional<Recommendation> recommendation() {
            return recommendation(supply);
        }

        Optional<Recommendation> recommendation(Supply other) {
            return CapacityRule.recommend(Forecasts.reaching(above, p95), Series.of(past), other, settings);
        }

        /** The supply once the recommendation is carried out with miners of the typical size. */
        Supply followed() {
            return recommendation().map(this::after).orElse(supply);
        }

        private Supply after(Recommendation one) {
            return switch (one.action()) {
                case ADD_MINERS ->
                    new Supply(
                            supply.slots() + one.slots(),
                            supply.miners() + one.miners(),
                            Math.max(supply.largestMiner(), supply.typicalMiner()),
                            supply.typicalMiner());
                case REMOVE_MINERS ->
                    new Supply(
                            supply.slots() - one.slots(),
                            supply.miners() - one.miners(),
                            supply.largestMiner(),
                            supply.typicalMiner());
            };
        }

        Case withDemandTimes(double factor) {
            return new Case(times(p95, factor), above, times(past, factor), supply, settings);
        }

        private static double[] times(double[] values, double factor) {
            return Arrays.stream(values).map(value -> value * factor).toArray();
        }
    }

    @Property
    void whoFollowsARecommendationIsToldNothingMore(@ForAll("cases") Case any) {
        Statistics.collect(any.recommendation().map(one -> one.action().name()).orElse("none"));
        Statistics.coverage(seen -> {
            for (String kind : List.of("ADD_MINERS", "REMOVE_MINERS", "none")) {
                seen.check(kind).percentage(share -> share > 5);
            }
        });
        assertThat(any.recommendation(any.followed()))
                .as("neither the same nor the contrary")
                .isEmpty();
    }

    @Property
    void moreDemandNeverAsksForFewerSlots(
            @ForAll("cases") Case any, @ForAll @DoubleRange(min = 1, max = 3) double factor) {
        assertThat(any.withDemandTimes(factor).followed().slots())
                .isGreaterThanOrEqualTo(any.followed().slots());
    }

    @Property
    void neededRisesWithDemand(
            @ForAll @DoubleRange(min = 0, max = 1e6) double demand,
            @ForAll @DoubleRange(min = 0, max = 1e6) double more,
            @ForAll("settings") PlanSettings settings) {
        assertThat(CapacityRule.needed(demand + more, 8, settings))
                .isGreaterThanOrEqualTo(CapacityRule.needed(demand, 8, settings));
    }

    @Property
    void theLastMinerIsNeverRemoved(@ForAll("cases") Case any) {
        any.recommendation().filter(one -> one.action() == Action.REMOVE_MINERS).ifPresent(one -> {
            assertThat(one.miners()).isLessThan(any.supply().miners());
            assertThat(any.supply().slots() - one.slots()).isNotNegative();
        });
    }

    @Property
    void aRemovalLeavesWhatIsNeededEvenIfTheLargestMinerIsAmongThoseThatGo(@ForAll("cases") Case any) {
        any.recommendation().filter(one -> one.action() == Action.REMOVE_MINERS).ifPresent(one -> {
            double largest = any.supply().largestMiner();
            double gone = one.slots() + Math.max(0, largest - any.supply().typicalMiner());
            assertThat(any.supply().slots() - gone).isGreaterThanOrEqualTo(one.neededSlots() - 1e-6);
        });
    }

    @Property
    void figuresAreNumbersAndPositive(@ForAll("cases") Case any) {
        any.recommendation().ifPresent(one -> {
            assertThat(one.miners()).isPositive();
            assertThat(List.of(one.slots(), one.neededSlots(), one.peakP95()))
                    .allMatch(figure -> figure >= 0 && Double.isFinite(figure));
            assertThat(one.inHours()).isBetween(0, any.p95().length - 1);
            assertThat(one.reason()).endsWith(".").doesNotContain("NaN").doesNotContain("Infinity");
        });
    }

    @Property(tries = 200)
    void evenAbsurdFiguresGiveNumbers(@ForAll("absurd") double p95, @ForAll("absurd") double miner) {
        Supply supply = new Supply(miner, 1, miner, Math.max(miner, Double.MIN_VALUE));
        Forecast forecast = Forecasts.p95(p95);
        CapacityRule.recommend(forecast, Series.of(p95), supply, PlanSettings.defaults())
                .ifPresent(one -> assertThat(List.of(one.slots(), one.neededSlots(), one.peakP95()))
                        .allMatch(figure -> figure >= 0 && Double.isFinite(figure)));
    }

    @Property
    void aRecommendationProvesRightWhereTheForecastComesTrue(@ForAll("cases") Case any) {
        any.recommendation()
                .ifPresent(one -> assertThat(CapacityRule.proved(
                                one.action(),
                                any.supply().slots(),
                                one.slots(),
                                any.supply().largestMiner(),
                                one.peakP95(),
                                any.settings()))
                        .isTrue());
    }

    @Provide
    Arbitrary<Case> cases() {
        // Mostly quiet ones with a whole past, or hardly any case would be one for a removal.
        return Arbitraries.of(3.0, 10.0, 40.0, 400.0).flatMap(level -> {
            Arbitrary<double[]> p95 =
                    demand(level).array(double[].class).ofMinSize(1).ofMaxSize(60);
            Arbitrary<double[]> past = Arbitraries.frequency(Tuple.of(1, 0), Tuple.of(5, COOL_DOWN))
                    .flatMap(least ->
                            demand(level).array(double[].class).ofMinSize(least).ofMaxSize(2 * COOL_DOWN));
            Arbitrary<Double> above = Arbitraries.of(1.0, 1.1, 2.0);
            return Combinators.combine(p95, above, past, supplies(), settings()).as(Case::new);
        });
    }

    @Provide
    Arbitrary<PlanSettings> settings() {
        return Combinators.combine(
                        Arbitraries.doubles().between(0.1, 1).ofScale(2),
                        Arbitraries.integers().between(0, 72))
                .as((target, lead) -> new PlanSettings(target, lead, COOL_DOWN));
    }

    @Provide
    Arbitrary<Double> absurd() {
        return Arbitraries.of(0.0, 1e-300, 1e-12, 1.0, 1e12, 1e300, Double.MAX_VALUE);
    }

    /** Whole and fractional, and such as are whole only but for rounding. */
    private static Arbitrary<Double> demand(double level) {
        return Arbitraries.oneOf(
                Arbitraries.doubles().between(0, level),
                Arbitraries.integers().between(0, (int) level).map(slots -> slots * 0.8));
    }

    /** Miners of two sizes; the typical one is either, or another. */
    private static Arbitrary<Supply> supplies() {
        Arbitrary<Integer> count = Arbitraries.integers().between(0, 30);
        Arbitrary<Double> size = Arbitraries.of(1.0, 4.0, 8.0, 16.0, 7.3);
        return Combinators.combine(count, size, count, size, size).as((some, one, others, other, typical) -> {
            double slots = some * one + others * other;
            double largest = Math.max(some > 0 ? one : 0, others > 0 ? other : 0);
            return new Supply(slots, some + others, Math.min(slots, largest), typical);
        });
    }
}
