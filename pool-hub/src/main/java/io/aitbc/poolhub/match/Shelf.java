package io.aitbc.poolhub.match;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All miners of one kind that could take a job now: leaves in the order of price, then of the miners' own scores. */
final class Shelf {

    final Spot.Kind kind;
    /** The numbers of the model and of the capabilities in the index's vocabularies. */
    int model;

    int skills;
    final int freeGpus;
    final @Nullable Double vramGb;
    final List<Leaf> leaves = new ArrayList<>();
    int size;
    /** Bounds of all leaves together: most shelves are passed by without a look at theirs. */
    double leastPrice;

    double mostPrice;
    double mostOwn;

    Shelf(Spot.Kind kind) {
        this.kind = kind;
        this.mostOwn = Double.NEGATIVE_INFINITY;
        this.freeGpus = kind.freeGpus();
        this.vramGb = kind.vramGb();
        leaves.add(new Leaf(Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY));
    }

    void add(Spot spot, double own) {
        spot.shelf = this;
        size++;
        int at = leafFor(spot.price(), own);
        Leaf leaf = leaves.get(at);
        if (leaf.isFull()) {
            Leaf upper = leaf.split();
            leaves.add(at + 1, upper);
            leaf = upper.isAfter(spot.price(), own) ? leaf : upper;
        }
        leaf.add(spot, own);
        bound(Math.max(mostOwn, own));
    }

    void remove(Spot spot) {
        Leaf leaf = leafOf(spot);
        double own = leaf.own[spot.slot];
        leaf.remove(spot);
        spot.shelf = null;
        size--;
        if (leaf.size == 0 && leaves.size() > 1) {
            drop(leaf);
        }
        bound(own < mostOwn ? mostOwn : mostOwnOfAll());
    }

    /** Takes over what has changed of a miner that stays of this kind. */
    void update(Spot spot, double own) {
        Leaf leaf = leafOf(spot);
        if (leaf.holds(spot.price(), own)) {
            double before = leaf.own[spot.slot];
            leaf.update(spot, own);
            bound(before < mostOwn ? Math.max(mostOwn, own) : mostOwnOfAll());
        } else {
            remove(spot);
            add(spot, own);
        }
    }

    /** How many have too little memory. */
    int shortOfRam(Bounds bounds) {
        int count = 0;
        for (Leaf leaf : leaves) {
            count += bounds.shortOfRam(leaf);
        }
        return count;
    }

    /** Counts who suits, and looks whether they have the least and the highest price so far. */
    void survey(Bounds bounds, Survey into) {
        into.shortOfRam = 0;
        into.suiting = 0;
        if (bounds.areOpen()) {
            into.suiting = size;
            into.cheapest = Math.min(into.cheapest, leastPrice);
            into.dearest = Math.max(into.dearest, mostPrice);
            return;
        }
        for (Leaf leaf : leaves) {
            int tooSmall = bounds.shortOfRam(leaf);
            int suiting = bounds.suiting(leaf, tooSmall);
            into.shortOfRam += tooSmall;
            into.suiting += suiting;
            if (suiting > 0) {
                into.prices(leaf, bounds);
            }
        }
    }

    /** What surveys found: the counts of the last shelf, the prices of all. */
    static final class Survey {
        int shortOfRam;
        int suiting;
        double cheapest = Double.POSITIVE_INFINITY;
        double dearest = Double.NEGATIVE_INFINITY;

        private void prices(Leaf leaf, Bounds bounds) {
            if (leaf.prices.least() >= cheapest && bounds.mostPrice(leaf) <= dearest) {
                return;
            }
            for (int i = 0; i < leaf.size; i++) {
                double price = leaf.price[i];
                if ((price < cheapest || price > dearest) && bounds.suits(leaf, i)) {
                    cheapest = Math.min(cheapest, price);
                    dearest = Math.max(dearest, price);
                }
            }
        }
    }

    private void bound(double own) {
        leastPrice = leaves.get(0).prices.least();
        mostPrice = leaves.get(leaves.size() - 1).prices.most();
        mostOwn = own;
    }

    private double mostOwnOfAll() {
        double most = Double.NEGATIVE_INFINITY;
        for (Leaf leaf : leaves) {
            most = Math.max(most, leaf.mostOwn);
        }
        return most;
    }

    /** The keys of a leaf that goes belong to the one before it, or, of the first, to the one after. */
    private void drop(Leaf leaf) {
        int at = leafFor(leaf.fromPrice, leaf.fromOwn);
        while (leaves.get(at) != leaf) {
            // Several begin with the same key when more miners than one leaf has room for are the same.
            at--;
        }
        leaves.remove(at);
        if (at == 0) {
            leaves.get(0).fromPrice = leaf.fromPrice;
            leaves.get(0).fromOwn = leaf.fromOwn;
        } else {
            leaves.get(at - 1).toPrice = leaf.toPrice;
            leaves.get(at - 1).toOwn = leaf.toOwn;
        }
    }

    private static Leaf leafOf(Spot spot) {
        Leaf leaf = spot.leaf;
        if (leaf == null) {
            throw new IllegalStateException("not on a shelf: " + spot.miner.minerId());
        }
        return leaf;
    }

    /** The last leaf that does not begin after the key. */
    private int leafFor(double price, double own) {
        int low = 0;
        int high = leaves.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (leaves.get(middle).isAfter(price, own)) {
                high = middle - 1;
            } else {
                low = middle;
            }
        }
        return low;
    }
}
