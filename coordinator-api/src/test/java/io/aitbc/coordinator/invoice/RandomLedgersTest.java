package io.aitbc.coordinator.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.coordinator.payout.PayoutEntry;
import io.aitbc.coordinator.payout.PayoutScene;
import io.aitbc.coordinator.payout.PayoutTerms;
import io.aitbc.coordinator.pricing.Charge;
import io.aitbc.coordinator.pricing.Money;
import io.aitbc.coordinator.pricing.Outcome;
import io.aitbc.coordinator.pricing.PricePlan;
import io.aitbc.coordinator.pricing.Rate;
import io.aitbc.coordinator.pricing.Tariff;
import io.aitbc.coordinator.pricing.Used;
import io.aitbc.coordinator.tenant.TaxRate;
import io.aitbc.coordinator.usage.UsageSum;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** 10,000 ledgers at random: whatever was used, everything adds up to the last minor unit. */
class RandomLedgersTest {

    private static final int LEDGERS = 10_000;
    private static final BillingPeriod MARCH = BillingPeriod.month(YearMonth.of(2026, 3), ZoneOffset.UTC);
    private static final Instant CHANGE = Instant.parse("2026-03-17T05:00:00Z");
    private static final UUID INVOICE = new UUID(1, 1);
    private static final PayoutTerms TERMS = PayoutScene.terms("*", "80", "m-1", "72.5", "m-2", "0", "m-3", "100");

    @Test
    void totalsAreSumsOfLinesAndChargesArePayoutsAndMargins() {
        int taxed = 0;
        int committed = 0;
        int negative = 0;
        for (int seed = 0; seed < LEDGERS; seed++) {
            Random random = new Random(seed);
            Currency currency =
                    Currency.getInstance(List.of("USD", "JPY", "KWD").get(random.nextInt(3)));
            PricePlan plan = plan(random, currency);
            RatedPeriod rated = RatedPeriod.of(MARCH, plan, usage(random));
            List<InvoiceLine> lines = lines(rated);
            List<TaxRate> rates = random.nextInt(3) == 0
                    ? List.of()
                    : List.of(tax("VAT", random.nextInt(2_700)), tax("City", random.nextInt(400)));
            Taxed all = Taxed.of(lines, rates, currency);

            BigDecimal amounts = sum(all.lines(), InvoiceLine::amount);
            BigDecimal taxes = sum(all.lines(), InvoiceLine::tax);
            assertThat(all.net().amount()).as("seed %d", seed).isEqualByComparingTo(amounts);
            assertThat(all.total().amount()).as("seed %d", seed).isEqualByComparingTo(amounts.add(taxes));
            assertThat(sum(all.taxes(), TaxAmount::amount)).as("seed %d", seed).isEqualByComparingTo(taxes);

            List<PayoutEntry> earned = rated.earned(INVOICE, TERMS);
            BigDecimal charged = sum(earned, entry -> entry.charge().amount());
            BigDecimal ofMiners = sum(
                    rated.charges().stream()
                            .filter(charge -> charge.kind() != Charge.Kind.COMMITMENT)
                            .toList(),
                    charge -> charge.amount().amount());
            assertThat(charged).as("seed %d", seed).isEqualByComparingTo(ofMiners);
            for (PayoutEntry entry : earned) {
                requireShare(entry, rated, seed);
            }
            taxed += taxes.signum() == 0 ? 0 : 1;
            committed += ofMiners.compareTo(amounts) == 0 ? 0 : 1;
            negative += amounts.signum() < 0 ? 1 : 0;
        }
        // The ledgers are worth something only if they are of all kinds.
        assertThat(taxed).isGreaterThan(LEDGERS / 3);
        assertThat(committed).isGreaterThan(LEDGERS / 100);
        assertThat(negative).isGreaterThan(LEDGERS / 1_000);
    }

    /** Each part is rounded once: at most half a minor unit for each charge that it is made of. */
    private static void requireShare(PayoutEntry entry, RatedPeriod rated, int seed) {
        BigDecimal pct = TERMS.sharePct(entry.minerId(), MARCH.start());
        long roundings = rated.charges().stream()
                .flatMap(charge -> charge.portion().stream())
                .filter(used -> entry.minerId().equals(used.minerId()))
                .count();
        BigDecimal unit = BigDecimal.ONE.movePointLeft(entry.charge().currency().getDefaultFractionDigits());
        assertThat(entry.payout()
                        .amount()
                        .subtract(entry.charge().amount().multiply(pct).movePointLeft(2))
                        .abs())
                .as("seed %d, %s", seed, entry)
                .isLessThanOrEqualTo(unit.multiply(BigDecimal.valueOf(roundings)));
    }

    private static List<InvoiceLine> lines(RatedPeriod rated) {
        LineWords words = new LineWords("tenant", Map.of("gpu_hours", "gpu_hour"));
        List<InvoiceLine> lines = new ArrayList<>();
        for (Charge charge : rated.charges()) {
            lines.add(words.line(
                    RatedPeriod.Key.of(charge),
                    charge.quantity(),
                    charge.amount().amount(),
                    rated.eventCount(charge),
                    null,
                    0,
                    7));
        }
        return lines;
    }

    private static PricePlan plan(Random random, Currency currency) {
        return new PricePlan(
                currency, List.of(version(random, Instant.EPOCH, currency), version(random, CHANGE, currency)));
    }

    private static PricePlan.Version version(Random random, Instant from, Currency currency) {
        List<Rate> rates = new ArrayList<>();
        for (String model : List.of("", "H100")) {
            rates.add(new Rate(
                    "gpu_hours",
                    model.isEmpty() ? null : model,
                    tariff(random),
                    random.nextInt(3) == 0 ? number(random, 50) : BigDecimal.ZERO));
        }
        BigDecimal commitment = random.nextInt(4) == 0
                ? Money.rounded(number(random, 20_000), currency).amount()
                : BigDecimal.ZERO;
        return new PricePlan.Version(from, rates, commitment, PricePlan.Version.USUALLY_WAIVED, List.of());
    }

    private static Tariff tariff(Random random) {
        List<Tariff.Tier> tiers = List.of(
                new Tariff.Tier(number(random, 10).add(BigDecimal.ONE), number(random, 5)),
                new Tariff.Tier(new BigDecimal("500"), number(random, 5)),
                new Tariff.Tier(null, number(random, 5)));
        return switch (random.nextInt(4)) {
            case 0 -> new Tariff.PerUnit(number(random, 5));
            case 1 -> new Tariff.Graduated(tiers);
            case 2 -> new Tariff.Volume(tiers);
            default -> new Tariff.Packages(number(random, 30).add(BigDecimal.ONE), number(random, 40));
        };
    }

    private static List<UsageSum> usage(Random random) {
        List<UsageSum> sums = new ArrayList<>();
        boolean mostlyBack = random.nextInt(20) == 0;
        for (String model : List.of("H100", "T4")) {
            for (String miner : List.of("m-1", "m-2", "m-3", "m-4")) {
                for (Instant at : List.of(MARCH.start(), CHANGE)) {
                    for (Outcome outcome : random.nextBoolean() ? Outcome.values() : new Outcome[] {}) {
                        add(sums, random, mostlyBack, at, model, miner, null, outcome);
                    }
                    add(sums, random, mostlyBack, at, model, miner, null, null);
                    add(sums, random, mostlyBack, at, model, miner, number(random, 3), null);
                }
            }
        }
        return sums;
    }

    private static void add(
            List<UsageSum> sums,
            Random random,
            boolean mostlyBack,
            Instant at,
            String model,
            String miner,
            @org.jspecify.annotations.Nullable BigDecimal own,
            @org.jspecify.annotations.Nullable Outcome outcome) {
        if (random.nextInt(3) == 0) {
            return;
        }
        BigDecimal quantity = number(random, 300);
        boolean takenBack = mostlyBack ? random.nextInt(12) != 0 : random.nextInt(12) == 0;
        sums.add(new UsageSum(
                new Used(at, "gpu_hours", model, takenBack ? quantity.negate() : quantity, own, outcome, miner),
                1 + random.nextInt(9),
                1));
    }

    private static BigDecimal number(Random random, int below) {
        return BigDecimal.valueOf(random.nextLong(below * 100_000_000L), 8);
    }

    private static TaxRate tax(String name, int hundredths) {
        return new TaxRate(name, BigDecimal.valueOf(hundredths, 2));
    }

    private static <T> BigDecimal sum(List<T> list, java.util.function.Function<T, BigDecimal> amount) {
        return list.stream().map(amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    @Test
    void workOfNobodysEarnsNobodyAnything() {
        PricePlan plan = new PricePlan(
                Currency.getInstance("USD"),
                List.of(new PricePlan.Version(
                        Instant.EPOCH,
                        List.of(new Rate("api_calls", null, new Tariff.PerUnit(BigDecimal.ONE), BigDecimal.ZERO)),
                        BigDecimal.ZERO)));
        UsageSum calls =
                new UsageSum(new Used(MARCH.start(), "api_calls", null, BigDecimal.TEN, null, null, null), 10, 1);
        RatedPeriod rated = RatedPeriod.of(MARCH, plan, List.of(calls));
        assertThat(rated.earned(INVOICE, TERMS)).isEmpty();
        assertThat(rated.miners()).isEqualTo(Set.of());
        assertThat(rated.charges())
                .extracting(charge -> charge.amount().amount())
                .containsExactly(new BigDecimal("10.00"));
    }
}
