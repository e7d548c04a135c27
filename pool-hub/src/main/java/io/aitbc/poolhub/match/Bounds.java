package io.aitbc.poolhub.match;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** What a job asks of memory and price, which differ from miner to miner of one kind. */
final class Bounds {

    private final double leastRam;
    private final double mostPrice;
    private final @Nullable BigDecimal mostPriceExactly;

    Bounds(JobNeeds needs) {
        Double ram = needs.required().minRamGb();
        leastRam = ram != null && ram > 0 ? ram : Double.NEGATIVE_INFINITY;
        mostPriceExactly = needs.hinted().maxPrice();
        mostPrice = mostPriceExactly == null ? Double.POSITIVE_INFINITY : mostPriceExactly.doubleValue();
    }

    /** Whether any miner suits. */
    boolean areOpen() {
        return leastRam == Double.NEGATIVE_INFINITY && mostPriceExactly == null;
    }

    /** No suitable price is higher. */
    double mostPrice(Leaf leaf) {
        return leaf.prices.mostUpTo(mostPrice);
    }

    /** How many have too little memory. */
    int shortOfRam(Leaf leaf) {
        return leaf.rams.below(leastRam);
    }

    /** How many have enough memory and a price that suits, of which {@code shortOfRam} have too little memory. */
    int suiting(Leaf leaf, int shortOfRam) {
        if (leaf.prices.most() < mostPrice) {
            return leaf.size - shortOfRam;
        }
        if (shortOfRam == leaf.size || leaf.prices.least() > mostPrice) {
            return 0;
        }
        int cheaper = leaf.prices.below(mostPrice);
        if (shortOfRam == 0 && cheaper == leaf.prices.below(Math.nextUp(mostPrice))) {
            return cheaper;
        }
        int count = 0;
        for (int i = 0; i < leaf.size; i++) {
            count += suits(leaf, i) ? 1 : 0;
        }
        return count;
    }

    boolean suits(Leaf leaf, int slot) {
        return leaf.ram[slot] >= leastRam && priceSuits(leaf, slot);
    }

    /** A rounded price tells all but a price that is rounded to the same. */
    private boolean priceSuits(Leaf leaf, int slot) {
        double price = leaf.price[slot];
        return price < mostPrice
                || price == mostPrice
                        && mostPriceExactly != null
                        && leaf.spots[slot].miner.price().compareTo(mostPriceExactly) <= 0;
    }

    boolean suitsAll(Leaf leaf) {
        return leaf.rams.least() >= leastRam && leaf.prices.most() < mostPrice;
    }
}
