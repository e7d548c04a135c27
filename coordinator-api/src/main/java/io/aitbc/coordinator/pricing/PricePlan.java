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
     */
    public record Version(Instant from, List<Rate> rates, BigDecimal minimumCommitment) {

        public Version {
            rates = List.copyOf(rates);
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
        }

        /** The model's own rate, else the resource's; empty where it has no price. */
        Optional<Rate> rate(String resourceType, @Nullable String gpuModel) {
            return rates.stream()
                    .filter(rate -> rate.isFor(resourceType, gpuModel))
                    .max(Comparator.comparing(rate -> rate.gpuModel() != null));
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

    /** What is in force at a time; empty before the first version. */
    public Optional<Version> at(Instant time) {
        return versions.stream()
                .filter(version -> !version.from().isAfter(time))
                .reduce((earlier, later) -> later);
    }
}
