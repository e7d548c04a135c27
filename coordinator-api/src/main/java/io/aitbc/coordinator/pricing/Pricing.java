package io.aitbc.coordinator.pricing;

import io.aitbc.coordinator.pricing.Charge.Kind;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a period's usage costs. A function of plan and usage alone: the same usage in another order, or cut into smaller events,
 * costs the same to the last digit, because tiers and allowances act on the sums of the period and only these are rounded.
 *
 * <p>Where the price changes within the period, usage before the change goes first through allowance and tiers, and usage after it
 * goes on where that ended: a change to the same prices changes nothing but that there is one more line to be rounded.
 */
public final class Pricing {

    private Pricing() {}

    /** Something used for which the plan has no price; whoever bills it has to know. */
    public static final class NoPrice extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NoPrice(Collection<String> what) {
            super("There is no price for " + String.join(", ", what) + "; add it to the price plan.");
        }
    }

    /** Usage that has one running total. */
    private record Meter(String resourceType, @Nullable String gpuModel) {}

    private record OwnPriced(String resourceType, @Nullable String gpuModel, BigDecimal unitPrice) {}

    /** A version's part of a meter. */
    private record Portion(PricePlan.Version version, Rate rate, BigDecimal quantity) {}

    /**
     * The lines of a period, in a fixed order; their sum is what is owed.
     *
     * @param periodStart decides which commitment holds
     * @throws NoPrice when the plan has no price for something that brings none
     */
    public static List<Charge> charges(PricePlan plan, Collection<Used> used, Instant periodStart) {
        List<Charge> charges = new ArrayList<>();
        Map<Meter, Map<Instant, Portion>> meters = meters(plan, used);
        meters.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(Comparator.comparing(Meter::resourceType)
                        .thenComparing(meter -> String.valueOf(meter.gpuModel()))))
                .forEach(meter -> charges.addAll(
                        metered(plan, meter.getKey(), meter.getValue().values())));
        charges.addAll(ownPriced(plan, used));
        commitment(plan, charges, periodStart).ifPresent(charges::add);
        return charges;
    }

    /** The sum of charges. */
    public static Money total(PricePlan plan, Collection<Charge> charges) {
        return Money.sum(charges.stream().map(Charge::amount).toList(), plan.currency());
    }

    /** By the rate that prices it: models without a rate of their own share their resource's running total. */
    private static Map<Meter, Map<Instant, Portion>> meters(PricePlan plan, Collection<Used> used) {
        Map<Meter, Map<Instant, Portion>> meters = new LinkedHashMap<>();
        TreeSet<String> unpriced = new TreeSet<>();
        for (Used one : used) {
            if (one.ownPrice() != null) {
                continue;
            }
            PricePlan.Version version = plan.at(one.at()).orElse(null);
            Rate rate = version == null
                    ? null
                    : version.rate(one.resourceType(), one.gpuModel()).orElse(null);
            if (version == null || rate == null) {
                unpriced.add(one.resourceType());
                continue;
            }
            meters.computeIfAbsent(new Meter(one.resourceType(), rate.gpuModel()), key -> new TreeMap<>())
                    .merge(
                            version.from(),
                            new Portion(version, rate, one.quantity()),
                            (a, b) -> new Portion(
                                    a.version(), a.rate(), a.quantity().add(b.quantity())));
        }
        if (!unpriced.isEmpty()) {
            throw new NoPrice(unpriced);
        }
        return meters;
    }

    private static List<Charge> metered(PricePlan plan, Meter meter, Collection<Portion> portions) {
        BigDecimal whole = portions.stream().map(Portion::quantity).reduce(BigDecimal.ZERO, BigDecimal::add);
        List<Charge> charges = new ArrayList<>();
        BigDecimal running = BigDecimal.ZERO;
        for (Portion portion : portions) {
            BigDecimal free = portion.rate().freeUnits();
            BigDecimal next = running.add(portion.quantity());
            BigDecimal ofFree = within(next, free).subtract(within(running, free));
            if (ofFree.signum() != 0) {
                charges.add(charge(plan, Kind.FREE, meter, portion, ofFree, BigDecimal.ZERO, BigDecimal.ZERO));
            }
            BigDecimal from = beyond(running, free);
            BigDecimal to = beyond(next, free);
            for (Tariff.Part part : portion.rate().tariff().between(from, to, beyond(whole, free))) {
                charges.add(charge(plan, Kind.USAGE, meter, portion, part.quantity(), part.unitPrice(), part.exact()));
            }
            running = next;
        }
        return charges;
    }

    /** How much of a running total is free: nothing of what was taken back beyond what was used. */
    private static BigDecimal within(BigDecimal running, BigDecimal free) {
        return running.max(BigDecimal.ZERO).min(free);
    }

    private static BigDecimal beyond(BigDecimal running, BigDecimal free) {
        return running.subtract(within(running, free));
    }

    private static Charge charge(
            PricePlan plan,
            Kind kind,
            Meter meter,
            Portion portion,
            BigDecimal quantity,
            BigDecimal price,
            BigDecimal exact) {
        return new Charge(
                kind,
                meter.resourceType(),
                meter.gpuModel(),
                portion.version().from(),
                quantity,
                price,
                Money.rounded(exact, plan.currency()));
    }

    private static List<Charge> ownPriced(PricePlan plan, Collection<Used> used) {
        Map<OwnPriced, BigDecimal> sums = new TreeMap<>(Comparator.comparing(OwnPriced::resourceType)
                .thenComparing(one -> String.valueOf(one.gpuModel()))
                .thenComparing(OwnPriced::unitPrice));
        for (Used one : used) {
            if (one.ownPrice() != null) {
                sums.merge(
                        new OwnPriced(one.resourceType(), one.gpuModel(), one.ownPrice()),
                        one.quantity(),
                        BigDecimal::add);
            }
        }
        return sums.entrySet().stream()
                .filter(sum -> sum.getValue().signum() != 0)
                .map(sum -> new Charge(
                        Kind.OWN_PRICE,
                        sum.getKey().resourceType(),
                        sum.getKey().gpuModel(),
                        null,
                        sum.getValue(),
                        sum.getKey().unitPrice(),
                        Money.charge(sum.getValue(), sum.getKey().unitPrice(), plan.currency())))
                .toList();
    }

    private static Optional<Charge> commitment(PricePlan plan, List<Charge> charges, Instant periodStart) {
        BigDecimal least =
                plan.at(periodStart).map(PricePlan.Version::minimumCommitment).orElse(BigDecimal.ZERO);
        Money missing = Money.rounded(least.subtract(total(plan, charges).amount()), plan.currency());
        return least.signum() == 0 || missing.amount().signum() <= 0
                ? Optional.empty()
                : Optional.of(new Charge(Kind.COMMITMENT, null, null, null, BigDecimal.ONE, missing.amount(), missing));
    }
}
