package io.aitbc.coordinator.pricing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a quantity costs, as a function of how much was used before it in the same period. Exact: nothing is rounded here.
 *
 * <p>A stretch from one running total to another costs the same however it is cut; backwards, where usage is taken back, it
 * costs the same with the other sign. Below zero, where more was taken back than used, the first price holds.
 */
public sealed interface Tariff {

    /**
     * A stretch at one price.
     *
     * @param quantity negative where usage was taken back
     * @param unitPrice per unit, or per package of a {@link Packages} tariff
     * @param units what the price is multiplied with: the quantity, or packages
     */
    record Part(BigDecimal quantity, BigDecimal unitPrice, BigDecimal units) {

        BigDecimal exact() {
            return units.multiply(unitPrice);
        }
    }

    /**
     * What lies between two running totals of a period.
     *
     * @param total of the whole period, which decides the price of a {@link Volume} tariff
     */
    List<Part> between(BigDecimal from, BigDecimal to, BigDecimal total);

    /** One price for every unit. */
    record PerUnit(BigDecimal unitPrice) implements Tariff {

        public PerUnit {
            priced(unitPrice);
        }

        @Override
        public List<Part> between(BigDecimal from, BigDecimal to, BigDecimal total) {
            BigDecimal quantity = to.subtract(from);
            return quantity.signum() == 0 ? List.of() : List.of(new Part(quantity, unitPrice, quantity));
        }
    }

    /**
     * A step of a tariff.
     *
     * @param upTo its end, included; null for the last, which has none
     */
    record Tier(@Nullable BigDecimal upTo, BigDecimal unitPrice) {

        public Tier {
            priced(unitPrice);
        }
    }

    /** Each unit costs what the tier costs that it falls into. */
    record Graduated(List<Tier> tiers) implements Tariff {

        public Graduated {
            tiers = ascending(tiers);
        }

        @Override
        public List<Part> between(BigDecimal from, BigDecimal to, BigDecimal total) {
            BigDecimal low = from.min(to);
            BigDecimal high = from.max(to);
            List<Part> parts = new ArrayList<>();
            BigDecimal start = low.min(BigDecimal.ZERO);
            for (Tier tier : tiers) {
                BigDecimal end = tier.upTo() == null ? high.max(start) : tier.upTo();
                BigDecimal quantity = high.min(end).subtract(low.max(start));
                if (quantity.signum() > 0) {
                    BigDecimal signed = to.compareTo(from) < 0 ? quantity.negate() : quantity;
                    parts.add(new Part(signed, tier.unitPrice(), signed));
                }
                start = end;
            }
            return parts;
        }
    }

    /** Every unit costs what the tier costs that the whole period's total falls into. Not continuous where a tier ends: more may cost less. */
    record Volume(List<Tier> tiers) implements Tariff {

        public Volume {
            tiers = ascending(tiers);
        }

        @Override
        public List<Part> between(BigDecimal from, BigDecimal to, BigDecimal total) {
            BigDecimal price = tiers.stream()
                    .filter(tier -> tier.upTo() == null || total.compareTo(tier.upTo()) <= 0)
                    .findFirst()
                    .orElseThrow()
                    .unitPrice();
            return new PerUnit(price).between(from, to, total);
        }
    }

    /** Only whole packages are sold: the last one is paid for however little of it is used. */
    record Packages(BigDecimal size, BigDecimal packagePrice) implements Tariff {

        public Packages {
            if (size.signum() <= 0) {
                throw new IllegalArgumentException(
                        "a package must hold more than 0 units, had " + size.toPlainString());
            }
            priced(packagePrice);
        }

        @Override
        public List<Part> between(BigDecimal from, BigDecimal to, BigDecimal total) {
            BigDecimal quantity = to.subtract(from);
            if (quantity.signum() == 0) {
                return List.of();
            }
            return List.of(new Part(quantity, packagePrice, begun(to).subtract(begun(from))));
        }

        private BigDecimal begun(BigDecimal running) {
            return running.max(BigDecimal.ZERO).divide(size, 0, RoundingMode.CEILING);
        }
    }

    private static void priced(BigDecimal price) {
        if (price.signum() < 0) {
            throw new IllegalArgumentException("a price must not be negative, was " + price.toPlainString());
        }
    }

    private static List<Tier> ascending(List<Tier> tiers) {
        BigDecimal last = BigDecimal.ZERO;
        for (int i = 0; i < tiers.size(); i++) {
            BigDecimal end = tiers.get(i).upTo();
            boolean isLast = i == tiers.size() - 1;
            if ((end == null) != isLast || end != null && end.compareTo(last) <= 0) {
                throw new IllegalArgumentException(
                        "tiers must end at rising quantities above 0, the last one nowhere; tier " + (i + 1)
                                + " ends at " + (end == null ? "nothing" : end.toPlainString()));
            }
            last = end == null ? last : end;
        }
        if (tiers.isEmpty()) {
            throw new IllegalArgumentException("a tariff needs at least one tier");
        }
        return List.copyOf(tiers);
    }
}
