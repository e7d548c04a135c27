package io.aitbc.coordinator.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aitbc.coordinator.pricing.Charge.Kind;
import io.aitbc.coordinator.pricing.PricePlan.Version;
import io.aitbc.coordinator.pricing.Tariff.Graduated;
import io.aitbc.coordinator.pricing.Tariff.Packages;
import io.aitbc.coordinator.pricing.Tariff.PerUnit;
import io.aitbc.coordinator.pricing.Tariff.Tier;
import io.aitbc.coordinator.pricing.Tariff.Volume;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a period costs, by hand. */
class PricingTest {

    private static final Instant MARCH = Instant.parse("2026-03-01T00:00:00Z");
    private static final Instant MIDDLE = Instant.parse("2026-03-16T00:00:00Z");
    private static final Currency USD = Currency.getInstance("USD");
    private static final Graduated TIERS = new Graduated(
            List.of(new Tier(big("10"), big("1")), new Tier(big("100"), big("0.8")), new Tier(null, big("0.5"))));

    @Test
    void eachUnitCostsWhatItsTierCosts() {
        List<Charge> charges = charges(plan(rate(TIERS, "0")), use("120"));
        assertThat(charges).extracting(Charge::quantity).containsExactly(big("10"), big("90"), big("20"));
        assertThat(charges)
                .extracting(charge -> charge.amount().amount())
                .containsExactly(big("10.00"), big("72.00"), big("10.00"));
    }

    @Test
    void everyUnitCostsWhatTheWholeVolumeCosts() {
        Volume volume = new Volume(List.of(new Tier(big("10"), big("1")), new Tier(null, big("0.8"))));
        assertThat(total(plan(rate(volume, "0")), use("10"))).isEqualTo("10.00");
        assertThat(total(plan(rate(volume, "0")), use("11"))).isEqualTo("8.80");
    }

    @Test
    void aPackageIsPaidForOnceItIsBegun() {
        PricePlan plan = plan(rate(new Packages(big("100"), big("7")), "0"));
        assertThat(total(plan, use("0.1"))).isEqualTo("7.00");
        assertThat(total(plan, use("100"))).isEqualTo("7.00");
        assertThat(total(plan, use("100.1"))).isEqualTo("14.00");
        assertThat(total(plan, use("60"), use("60"), use("-30"))).isEqualTo("7.00");
    }

    @Test
    void freeUnitsComeFirstAndOnlyOnce() {
        PricePlan plan = plan(rate(TIERS, "5"));
        assertThat(total(plan, use("5"))).isEqualTo("0.00");
        assertThat(total(plan, use("3"), use("4"))).isEqualTo("2.00");
        assertThat(charges(plan, use("7"))).extracting(Charge::kind).containsExactly(Kind.FREE, Kind.USAGE);
    }

    @Test
    void aPriceThatChangesInThePeriodHoldsFromItsInstantOnAndTiersGoOn() {
        Graduated dearer = new Graduated(List.of(new Tier(big("10"), big("2")), new Tier(null, big("1.5"))));
        PricePlan plan = new PricePlan(
                USD,
                List.of(
                        new Version(MARCH, List.of(rate(TIERS, "4")), BigDecimal.ZERO),
                        new Version(MIDDLE, List.of(rate(dearer, "4")), BigDecimal.ZERO)));
        List<Charge> charges = charges(plan, use("9", MIDDLE), use("11", MIDDLE.minusNanos(1_000)));
        // First the 11 before: 4 free, 7 at 1. Then 9 go on at the 7th of the new tiers: 3 at 2, 6 at 1.5.
        assertThat(charges)
                .extracting(charge -> charge.quantity() + " at " + charge.unitPrice())
                .containsExactly("4 at 0", "7 at 1", "3 at 2", "6 at 1.5");
        assertThat(Pricing.total(plan, charges).amount()).isEqualByComparingTo("22.00");
    }

    @Test
    void aModelMayHaveItsOwnRateAndTheOthersShareOne() {
        PricePlan plan = plan(
                rate(new PerUnit(big("0.5")), "0"), new Rate("gpu_hours", "H100", new PerUnit(big("2")), big("1")));
        assertThat(total(plan, on("H100", "3"), on("T4", "4"), on(null, "4"))).isEqualTo("8.00");
    }

    @Test
    void whatIsTakenBackCostsWhatItCost() {
        PricePlan plan = plan(rate(TIERS, "5"));
        assertThat(total(plan, use("50"), use("-50"))).isEqualTo("0.00");
        assertThat(total(plan, use("50"), use("-45"))).isEqualTo("0.00");
        assertThat(total(plan, use("-3")))
                .as("more than was used, in another period")
                .isEqualTo("-3.00");
    }

    @Test
    void anEventsOwnPriceWinsAndNothingIsAPriceToo() {
        PricePlan plan = plan(rate(TIERS, "5"));
        Used own = new Used(MARCH, "gpu_hours", null, big("2"), big("0.333"), null, null);
        Used free = new Used(MARCH, "gpu_hours", null, big("100"), BigDecimal.ZERO, null, null);
        assertThat(total(plan, own, free)).isEqualTo("0.67");
        assertThat(charges(plan, own, free)).extracting(Charge::kind).containsOnly(Kind.OWN_PRICE);
    }

    @Test
    void workThatTheProviderSpoiledIsShownAndCostsNothing() {
        PricePlan plan = plan(rate(TIERS, "5"));
        Used done = use("12");
        Used fault = ended(Outcome.PROVIDER_FAULT, "30", null);
        Used redone = ended(Outcome.PREEMPTED, "4", null);
        Used own = ended(Outcome.PROVIDER_FAULT, "2", "9");
        assertThat(charges(plan, fault, done, redone, own))
                .extracting(charge -> charge.kind() + " " + charge.quantity() + " " + charge.outcome() + " "
                        + charge.amount().amount())
                .containsExactly(
                        "FREE 5 null 0.00",
                        "USAGE 7 null 7.00",
                        "WAIVED 32 PROVIDER_FAULT 0.00",
                        "WAIVED 4 PREEMPTED 0.00");
    }

    @Test
    void whatTheUserSpoiledIsBilledUnlessThePlanWaivesIt() {
        Used failed = ended(Outcome.USER_ERROR, "3", null);
        assertThat(total(plan(rate(TIERS, "0")), failed)).isEqualTo("3.00");
        PricePlan kind = new PricePlan(
                USD,
                List.of(new Version(
                        MARCH, List.of(rate(TIERS, "0")), BigDecimal.ZERO, Set.of(Outcome.USER_ERROR), List.of())));
        assertThat(total(kind, failed)).isEqualTo("0.00");
        assertThat(total(kind, ended(Outcome.PROVIDER_FAULT, "3", null))).isEqualTo("3.00");
    }

    @Test
    void aLineSaysUntilWhenItsPriceHoldsAndOfWhatItWasComputed() {
        PricePlan plan = new PricePlan(
                USD,
                List.of(
                        new Version(MARCH, List.of(rate(TIERS, "0")), BigDecimal.ZERO),
                        new Version(MIDDLE, List.of(rate(TIERS, "0")), BigDecimal.ZERO)));
        Used early = use("1");
        Used late = use("2", MIDDLE);
        List<Charge> charges = charges(plan, late, early);
        assertThat(charges).extracting(Charge::priceFrom).containsExactly(MARCH, MIDDLE);
        assertThat(charges).extracting(Charge::priceUntil).containsExactly(MIDDLE, null);
        assertThat(charges).extracting(Charge::portion).containsExactly(List.of(early), List.of(late));
    }

    @Test
    void ofSeveralCreditsTheLowestLevelThatIsMissedHolds() {
        Version version = credits(credit("uptime_pct", "95", "10"), credit("uptime_pct", "85.5", "25"));
        assertThat(version.slaCredit("uptime_pct", big("95"))).isEmpty();
        assertThat(version.slaCredit("uptime_pct", big("94.999")).orElseThrow().creditPct())
                .isEqualByComparingTo("10");
        assertThat(version.slaCredit("uptime_pct", big("85.5")).orElseThrow().creditPct())
                .isEqualByComparingTo("10");
        assertThat(version.slaCredit("uptime_pct", big("85")).orElseThrow().creditPct())
                .isEqualByComparingTo("25");
        assertThat(version.slaCredit("latency_ms", big("1"))).isEmpty();
        assertThatThrownBy(() -> credit("uptime_pct", "95", "100.1")).hasMessageContaining("0..100");
        assertThatThrownBy(() -> credit(" ", "95", "10")).hasMessageContaining("metric");
        assertThatThrownBy(() -> credits(credit("a", "95", "10"), credit("a", "95.0", "20")))
                .hasMessage("there are two credits for a below 95");
        assertThatThrownBy(() -> credits(credit("a", "95", "30"), credit("a", "85", "20")))
                .hasMessage("a lower level must not give less: a below 85 gives less than below 95");
    }

    @Test
    void theCommitmentIsPaidInFullAndNoMore() {
        PricePlan plan = new PricePlan(USD, List.of(new Version(MARCH, List.of(rate(TIERS, "0")), big("20"))));
        assertThat(total(plan, use("3"))).isEqualTo("20.00");
        assertThat(total(plan)).isEqualTo("20.00");
        assertThat(total(plan, use("120"))).isEqualTo("92.00");
        assertThat(charges(plan, use("3")).get(1).amount().amount()).isEqualByComparingTo("17");
    }

    @Test
    void everyCurrencyHasItsOwnSmallestUnit() {
        for (String[] expected : new String[][] {{"JPY", "1"}, {"USD", "0.67"}, {"KWD", "0.666"}}) {
            PricePlan plan = new PricePlan(
                    Currency.getInstance(expected[0]),
                    List.of(new Version(MARCH, List.of(rate(new PerUnit(big("0.333")), "0")), BigDecimal.ZERO)));
            assertThat(total(plan, use("2"))).isEqualTo(expected[1]);
        }
    }

    @Test
    void whatHasNoPriceIsNamedAndNotGivenAway() {
        PricePlan plan = plan(rate(TIERS, "0"));
        assertThatThrownBy(() -> total(plan, new Used(MARCH, "storage_gb", null, big("1"), null, null, null)))
                .isInstanceOf(Pricing.NoPrice.class)
                .hasMessage("There is no price for storage_gb; add it to the price plan.");
        assertThatThrownBy(() -> total(plan, use("1", MARCH.minusSeconds(1))))
                .as("before the first version")
                .isInstanceOf(Pricing.NoPrice.class);
    }

    @Test
    void plansThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new Graduated(List.of())).hasMessageContaining("at least one tier");
        assertThatThrownBy(() -> new Graduated(List.of(new Tier(big("1"), big("1")))))
                .hasMessageContaining("the last one nowhere");
        assertThatThrownBy(() -> new Volume(
                        List.of(new Tier(big("5"), big("1")), new Tier(big("5"), big("1")), new Tier(null, big("1")))))
                .hasMessageContaining("tier 2 ends at 5");
        assertThatThrownBy(() -> new Tier(null, big("-1"))).hasMessageContaining("must not be negative");
        assertThatThrownBy(() -> new Packages(BigDecimal.ZERO, big("1"))).hasMessageContaining("more than 0 units");
        assertThatThrownBy(() -> rate(TIERS, "-1")).hasMessageContaining("free units");
        assertThatThrownBy(() -> plan(rate(TIERS, "0"), rate(TIERS, "0"))).hasMessageContaining("two rates");
        assertThatThrownBy(() -> new PricePlan(
                        USD,
                        List.of(
                                new Version(MARCH, List.of(), BigDecimal.ZERO),
                                new Version(MARCH, List.of(), BigDecimal.ZERO))))
                .hasMessageContaining("one after the other");
    }

    private static PricePlan plan(Rate... rates) {
        return new PricePlan(USD, List.of(new Version(MARCH, List.of(rates), BigDecimal.ZERO)));
    }

    private static Rate rate(Tariff tariff, String free) {
        return new Rate("gpu_hours", null, tariff, big(free));
    }

    private static Used use(String quantity) {
        return use(quantity, MARCH);
    }

    private static Used use(String quantity, Instant at) {
        return new Used(at, "gpu_hours", null, big(quantity), null, null, null);
    }

    private static Used on(@Nullable String model, String quantity) {
        return new Used(MARCH, "gpu_hours", model, big(quantity), null, null, null);
    }

    private static Used ended(Outcome outcome, String quantity, @Nullable String ownPrice) {
        return new Used(
                MARCH, "gpu_hours", null, big(quantity), ownPrice == null ? null : big(ownPrice), outcome, "m-1");
    }

    private static SlaCredit credit(String metric, String below, String pct) {
        return new SlaCredit(metric, big(below), big(pct));
    }

    private static Version credits(SlaCredit... credits) {
        return new Version(MARCH, List.of(), BigDecimal.ZERO, Set.of(), List.of(credits));
    }

    private static List<Charge> charges(PricePlan plan, Used... used) {
        return Pricing.charges(plan, List.of(used), MARCH);
    }

    private static String total(PricePlan plan, Used... used) {
        return Pricing.total(plan, charges(plan, used)).amount().toPlainString();
    }

    private static BigDecimal big(String number) {
        return new BigDecimal(number);
    }
}
