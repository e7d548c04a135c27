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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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

    private static final Comparator<@Nullable String> NULLS_FIRST = Comparator.nullsFirst(Comparator.naturalOrder());

    private Pricing() {}

    /** Something used for which the plan has no price; whoever bills it has to know. */
    public static final class NoPrice extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient Set<String> what;

        NoPrice(Collection<String> what) {
            super("There is no price for " + String.join(", ", what) + "; add it to the price plan.");
            this.what = new TreeSet<>(what);
        }

        /** The resource types that have none. */
        public Set<String> what() {
            return what;
        }
    }

    /** Usage that has one running total. */
    private record Meter(String resourceType, @Nullable String gpuModel) {}

    private record OwnPriced(String resourceType, @Nullable String gpuModel, BigDecimal unitPrice) {}

    private record Waived(
            Instant at, String resourceType, @Nullable String gpuModel, Outcome outcome) {}

    /** A version's part of a meter. */
    private record Portion(PricePlan.Version version, Rate rate, List<Used> used) {

        BigDecimal quantity() {
            return sum(used);
        }
    }

    /**
     * The lines of a period, in a fixed order; their sum is what is owed.
     *
     * @param periodStart decides which commitment holds
     * @throws NoPrice when the plan has no price for something that brings none
     */
    public static List<Charge> charges(PricePlan plan, Collection<Used> used, Instant periodStart) {
        List<Charge> charges = new ArrayList<>();
        List<Used> waived = new ArrayList<>();
        List<Used> paid = new ArrayList<>();
        used.forEach(one -> (isWaived(plan, one) ? waived : paid).add(one));
        Map<Meter, Map<Instant, Portion>> meters = meters(plan, paid);
        meters.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(Comparator.comparing(Meter::resourceType)
                        .thenComparing(meter -> meter.gpuModel(), NULLS_FIRST)))
                .forEach(meter -> charges.addAll(
                        metered(plan, meter.getKey(), meter.getValue().values())));
        charges.addAll(ownPriced(plan, paid));
        charges.addAll(waived(plan, waived));
        commitment(plan, charges, periodStart).ifPresent(charges::add);
        return charges;
    }

    /** The sum of charges. */
    public static Money total(PricePlan plan, Collection<Charge> charges) {
        return Money.sum(charges.stream().map(Charge::amount).toList(), plan.currency());
    }

    /** Decided by the version in force when it happened, like its price; before the first, by the usual. */
    private static boolean isWaived(PricePlan plan, Used one) {
        return one.outcome() != null
                && plan.at(one.at())
                        .map(PricePlan.Version::waived)
                        .orElse(PricePlan.Version.USUALLY_WAIVED)
                        .contains(one.outcome());
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
                // What was taken back as a whole costs nothing at any price.
                if (one.quantity().signum() != 0) {
                    unpriced.add(one.resourceType());
                }
                continue;
            }
            meters.computeIfAbsent(new Meter(one.resourceType(), rate.gpuModel()), key -> new TreeMap<>())
                    .computeIfAbsent(version.from(), from -> new Portion(version, rate, new ArrayList<>()))
                    .used()
                    .add(one);
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
        Instant from = portion.version().from();
        return new Charge(
                kind,
                meter.resourceType(),
                meter.gpuModel(),
                from,
                plan.nextAfter(from).orElse(null),
                quantity,
                price,
                Money.rounded(exact, plan.currency()),
                null,
                portion.used());
    }

    private static List<Charge> ownPriced(PricePlan plan, Collection<Used> used) {
        Map<OwnPriced, List<Used>> groups = new TreeMap<>(Comparator.comparing(OwnPriced::resourceType)
                .thenComparing(one -> one.gpuModel(), NULLS_FIRST)
                .thenComparing(OwnPriced::unitPrice));
        for (Used one : used) {
            if (one.ownPrice() != null) {
                groups.computeIfAbsent(
                                new OwnPriced(one.resourceType(), one.gpuModel(), one.ownPrice()),
                                key -> new ArrayList<>())
                        .add(one);
            }
        }
        List<Charge> charges = new ArrayList<>();
        groups.forEach((key, group) -> {
            BigDecimal quantity = sum(group);
            if (quantity.signum() != 0) {
                charges.add(new Charge(
                        Kind.OWN_PRICE,
                        key.resourceType(),
                        key.gpuModel(),
                        null,
                        null,
                        quantity,
                        key.unitPrice(),
                        Money.charge(quantity, key.unitPrice(), plan.currency()),
                        null,
                        group));
            }
        });
        return charges;
    }

    /** Shown, so that one sees what was not charged and why; it touches neither allowance nor tiers. */
    private static List<Charge> waived(PricePlan plan, List<Used> used) {
        Map<Waived, List<Used>> groups = new TreeMap<>(Comparator.comparing(Waived::resourceType)
                .thenComparing(one -> one.gpuModel(), NULLS_FIRST)
                .thenComparing(Waived::at)
                .thenComparing(Waived::outcome));
        for (Used one : used) {
            Instant since = plan.at(one.at()).map(PricePlan.Version::from).orElse(Instant.MIN);
            Outcome outcome = Objects.requireNonNull(one.outcome());
            groups.computeIfAbsent(
                            new Waived(since, one.resourceType(), one.gpuModel(), outcome), key -> new ArrayList<>())
                    .add(one);
        }
        List<Charge> charges = new ArrayList<>();
        groups.forEach((key, group) -> {
            BigDecimal quantity = sum(group);
            if (quantity.signum() != 0) {
                charges.add(new Charge(
                        Kind.WAIVED,
                        key.resourceType(),
                        key.gpuModel(),
                        key.at().equals(Instant.MIN) ? null : key.at(),
                        plan.nextAfter(key.at()).orElse(null),
                        quantity,
                        BigDecimal.ZERO,
                        Money.zero(plan.currency()),
                        key.outcome(),
                        group));
            }
        });
        return charges;
    }

    private static BigDecimal sum(List<Used> used) {
        return used.stream().map(Used::quantity).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static Optional<Charge> commitment(PricePlan plan, List<Charge> charges, Instant periodStart) {
        BigDecimal least =
                plan.at(periodStart).map(PricePlan.Version::minimumCommitment).orElse(BigDecimal.ZERO);
        Money missing = Money.rounded(least.subtract(total(plan, charges).amount()), plan.currency());
        return least.signum() == 0 || missing.amount().signum() <= 0
                ? Optional.empty()
                : Optional.of(new Charge(
                        Kind.COMMITMENT,
                        null,
                        null,
                        null,
                        null,
                        BigDecimal.ONE,
                        missing.amount(),
                        missing,
                        null,
                        List.of()));
    }
}
