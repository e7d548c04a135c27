package io.aitbc.coordinator.pricing;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Prices, and since when each of them holds. An event costs what the version costs in force when it happened.
 *
 * @param versions in the order of their beginnings
 */
public record PricePlan(Currency currency, List<Version> versions) {

    /**
     * Prices from a time on, until the next version's.
     *
     * @param from first instant
     * @param minimumCommitment what a period costs at least that begins while this holds, in the plan's currency; 0 for
     *     none: then a period in which more is taken back than used is owed to the tenant
     * @param waived how work may end so that it costs nothing, whatever its price
     * @param slaCredits of each metric, a lower level never gives less
     */
    public record Version(
            Instant from,
            List<Rate> rates,
            BigDecimal minimumCommitment,
            Set<Outcome> waived,
            List<SlaCredit> slaCredits) {

        /** What is waived where nobody says otherwise: what the tenant could do nothing about. */
        public static final Set<Outcome> USUALLY_WAIVED = Set.of(Outcome.PROVIDER_FAULT, Outcome.PREEMPTED);

        public Version {
            rates = List.copyOf(rates);
            waived = Set.copyOf(waived);
            slaCredits = List.copyOf(slaCredits);
            Set<List<@Nullable String>> known = new HashSet<>();
            for (Rate rate : rates) {
                if (!known.add(Arrays.asList(rate.resourceType(), rate.gpuModel()))) {
                    throw new IllegalArgumentException("there are two rates for " + rate.resourceType()
                            + (rate.gpuModel() == null ? "" : " on " + rate.gpuModel()));
                }
            }
            if (minimumCommitment.signum() < 0) {
                throw new IllegalArgumentException(
                        "a commitment must not be negative, was " + minimumCommitment.toPlainString());
            }
            requireOrder(slaCredits);
        }

        /** With the usual waivers and no SLA credits. */
        public Version(Instant from, List<Rate> rates, BigDecimal minimumCommitment) {
            this(from, rates, minimumCommitment, USUALLY_WAIVED, List.of());
        }

        /** What is due for a measured value: of several levels that it is below, the lowest. */
        public Optional<SlaCredit> slaCredit(String metric, BigDecimal measured) {
            return slaCredits.stream()
                    .filter(credit -> credit.appliesTo(metric, measured))
                    .min(Comparator.comparing(SlaCredit::below));
        }

        /** The model's own rate, else the resource's; empty where it has no price. */
        public Optional<Rate> rate(String resourceType, @Nullable String gpuModel) {
            return rates.stream()
                    .filter(rate -> rate.isFor(resourceType, gpuModel))
                    .max(Comparator.comparing(rate -> rate.gpuModel() != null));
        }

        private static void requireOrder(List<SlaCredit> credits) {
            List<SlaCredit> sorted = credits.stream()
                    .sorted(Comparator.comparing(SlaCredit::metric).thenComparing(SlaCredit::below))
                    .toList();
            for (int i = 1; i < sorted.size(); i++) {
                SlaCredit lower = sorted.get(i - 1);
                SlaCredit higher = sorted.get(i);
                if (!lower.metric().equals(higher.metric())) {
                    continue;
                }
                if (lower.below().compareTo(higher.below()) == 0) {
                    throw new IllegalArgumentException("there are two credits for " + lower.metric() + " below "
                            + lower.below().toPlainString());
                }
                if (lower.creditPct().compareTo(higher.creditPct()) < 0) {
                    throw new IllegalArgumentException("a lower level must not give less: " + lower.metric() + " below "
                            + lower.below().toPlainString() + " gives less than below "
                            + higher.below().toPlainString());
                }
            }
        }
    }

    public PricePlan {
        versions = List.copyOf(versions);
        for (int i = 1; i < versions.size(); i++) {
            if (!versions.get(i - 1).from().isBefore(versions.get(i).from())) {
                throw new IllegalArgumentException("versions of a price plan must begin one after the other");
            }
        }
    }

    /** When the next version begins after a time; empty when none does. */
    public Optional<Instant> nextAfter(Instant time) {
        return versions.stream().map(Version::from).filter(time::isBefore).findFirst();
    }

    /** What is in force at a time; empty before the first version. */
    public Optional<Version> at(Instant time) {
        return versions.stream()
                .filter(version -> !version.from().isAfter(time))
                .reduce((earlier, later) -> later);
    }
}
