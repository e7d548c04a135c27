package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.payout.PayoutEntry;
import io.aitbc.coordinator.payout.PayoutTerms;
import io.aitbc.coordinator.pricing.Charge;
import io.aitbc.coordinator.pricing.Decimals;
import io.aitbc.coordinator.pricing.Money;
import io.aitbc.coordinator.pricing.PricePlan;
import io.aitbc.coordinator.pricing.Pricing;
import io.aitbc.coordinator.pricing.Used;
import io.aitbc.coordinator.usage.UsageSum;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A period's usage with its prices: what the tenant is charged, and for whose work. Pure: plan and usage decide everything.
 *
 * @param events how many events each part of the usage is the sum of
 */
record RatedPeriod(BillingPeriod period, PricePlan plan, List<Charge> charges, Map<Used, Long> events) {

    private static final int PERCENT = 2;

    /** Whose work, of what. */
    private record Work(String minerId, @Nullable String resourceType) {}

    /** Sums of a miner's work. */
    private record Earned(BigDecimal quantity, Money charge, Money payout) {

        Earned plus(Earned other) {
            return new Earned(quantity.add(other.quantity), charge.plus(other.charge), payout.plus(other.payout));
        }
    }

    /**
     * Prices usage.
     *
     * @throws Pricing.NoPrice when the plan has no price for something that brings none
     */
    static RatedPeriod of(BillingPeriod period, PricePlan plan, List<UsageSum> sums) {
        List<Used> used = sums.stream().map(UsageSum::used).toList();
        Map<Used, Long> events = sums.stream().collect(Collectors.toMap(UsageSum::used, UsageSum::events, Long::sum));
        return new RatedPeriod(period, plan, Pricing.charges(plan, used, period.start()), events);
    }

    /** Within the period, when prices or the miners' parts change: usage has to be summed up apart before and after. */
    static Set<Instant> boundaries(BillingPeriod period, PricePlan plan, PayoutTerms terms) {
        Set<Instant> times = new TreeSet<>(terms.changes());
        plan.versions().forEach(version -> times.add(version.from()));
        times.removeIf(time -> !time.isAfter(period.start()) || !time.isBefore(period.end()));
        return times;
    }

    /** How many events it all rests on. */
    long eventCount() {
        return events.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How many events a charge was computed from. */
    long eventCount(Charge charge) {
        return charge.portion().stream()
                .distinct()
                .mapToLong(used -> events.getOrDefault(used, 0L))
                .sum();
    }

    /** The miners that did any of it. */
    Set<String> miners() {
        return events.keySet().stream()
                .map(Used::minerId)
                .filter(java.util.Objects::nonNull)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * The supplier's side: each charge split to those whose work it is for, in the proportion of their quantities by largest
     * remainder, and of that the miner's part. Work of no miner's earns nobody anything.
     */
    List<PayoutEntry> earned(UUID about, PayoutTerms terms) {
        Map<Work, Earned> sums = new TreeMap<>(Comparator.comparing(Work::minerId)
                .thenComparing(Work::resourceType, Comparator.nullsFirst(Comparator.naturalOrder())));
        Set<Used> counted = new HashSet<>();
        for (Charge charge : charges) {
            if (charge.amount().amount().signum() == 0 || charge.portion().isEmpty()) {
                continue;
            }
            List<Used> portion = charge.portion();
            List<Money> parts =
                    charge.amount().split(portion.stream().map(Used::quantity).toList());
            for (int i = 0; i < parts.size(); i++) {
                Used used = portion.get(i);
                if (used.minerId() == null) {
                    continue;
                }
                Money part = parts.get(i);
                BigDecimal pct = terms.sharePct(used.minerId(), used.at());
                Money payout = Money.rounded(part.amount().multiply(pct).movePointLeft(PERCENT), part.currency());
                sums.merge(
                        new Work(used.minerId(), charge.resourceType()),
                        // Tiers are charges for the same usage.
                        new Earned(counted.add(used) ? used.quantity() : BigDecimal.ZERO, part, payout),
                        Earned::plus);
            }
        }
        List<PayoutEntry> entries = new ArrayList<>();
        sums.forEach((work, earned) -> entries.add(new PayoutEntry(
                about,
                work.minerId(),
                PayoutEntry.Kind.WORK,
                work.resourceType(),
                earned.quantity(),
                earned.charge(),
                earned.payout())));
        return entries;
    }

    /** What a charge is for, so that the same one can be found in an earlier state of the ledger. */
    record Key(
            LineKind kind,
            @Nullable String resourceType,
            @Nullable String gpuModel,
            @Nullable String outcome,
            @Nullable Instant priceFrom,
            @Nullable BigDecimal unitPrice) {

        Key {
            // A commitment has no price: what is missing to it is its amount.
            unitPrice = kind == LineKind.COMMITMENT || unitPrice == null ? null : Decimals.tidy(unitPrice);
        }

        static Key of(Charge charge) {
            return new Key(
                    LineKind.of(charge.kind()),
                    charge.resourceType(),
                    charge.gpuModel(),
                    charge.outcome() == null ? null : charge.outcome().name(),
                    charge.priceFrom(),
                    charge.unitPrice());
        }
    }

    /**
     * Charges that are for the same, together.
     *
     * @param one any of them
     */
    record Together(BigDecimal quantity, BigDecimal amount, Charge one) {}

    /** The charges by what they are for, in their order; tiers of the same price are one. */
    Map<Key, Together> byKey() {
        Map<Key, Together> byKey = new LinkedHashMap<>();
        for (Charge charge : charges) {
            byKey.merge(
                    Key.of(charge),
                    new Together(charge.quantity(), charge.amount().amount(), charge),
                    (a, b) -> new Together(
                            a.quantity().add(b.quantity()), a.amount().add(b.amount()), a.one()));
        }
        return byKey;
    }
}
