package io.aitbc.poolhub.match;

import java.util.Arrays;

/**
 * Up to {@link #ROOM} miners of one shelf whose price and own score lie next to each other, in columns that a search can run
 * over, and with bounds that let it pass by.
 */
final class Leaf {

    static final int ROOM = 128;

    double[] price = new double[4];
    double[] own = new double[4];
    double[] ram = new double[4];
    Spot[] spots = new Spot[4];
    int size;

    /** The least key that belongs here. */
    double fromPrice;

    double fromOwn;
    /** The least key of the next leaf; what equals it may be in either. */
    double toPrice = Double.POSITIVE_INFINITY;

    double toOwn = Double.POSITIVE_INFINITY;

    final Column prices = new Column();
    final Column rams = new Column();
    double mostOwn = Double.NEGATIVE_INFINITY;

    Leaf(double fromPrice, double fromOwn) {
        this.fromPrice = fromPrice;
        this.fromOwn = fromOwn;
    }

    boolean isFull() {
        return size == ROOM;
    }

    /** Whether a key comes before the first that belongs here. */
    boolean isAfter(double aPrice, double anOwn) {
        return compare(fromPrice, fromOwn, aPrice, anOwn) > 0;
    }

    /** Whether a key may be here. */
    boolean holds(double aPrice, double anOwn) {
        return !isAfter(aPrice, anOwn) && compare(aPrice, anOwn, toPrice, toOwn) <= 0;
    }

    private static int compare(double price, double own, double otherPrice, double otherOwn) {
        int byPrice = Double.compare(price, otherPrice);
        return byPrice != 0 ? byPrice : Double.compare(own, otherOwn);
    }

    void add(Spot spot, double anOwn) {
        if (size == spots.length) {
            price = Arrays.copyOf(price, size * 2);
            own = Arrays.copyOf(own, size * 2);
            ram = Arrays.copyOf(ram, size * 2);
            spots = Arrays.copyOf(spots, size * 2);
        }
        spot.leaf = this;
        spot.slot = size;
        spots[size] = spot;
        price[size] = spot.price();
        ram[size] = spot.ram();
        own[size] = anOwn;
        prices.add(price[size]);
        rams.add(ram[size]);
        mostOwn = Math.max(mostOwn, anOwn);
        size++;
    }

    void update(Spot spot, double anOwn) {
        int slot = spot.slot;
        if (price[slot] != spot.price()) {
            prices.remove(price[slot]);
            price[slot] = spot.price();
            prices.add(price[slot]);
        }
        if (ram[slot] != spot.ram()) {
            rams.remove(ram[slot]);
            ram[slot] = spot.ram();
            rams.add(ram[slot]);
        }
        double before = own[slot];
        own[slot] = anOwn;
        bound(before, anOwn);
    }

    @SuppressWarnings("NullAway") // What is beyond the size is nobody's.
    void remove(Spot spot) {
        int last = --size;
        int slot = spot.slot;
        prices.remove(price[slot]);
        rams.remove(ram[slot]);
        double before = own[slot];
        price[slot] = price[last];
        own[slot] = own[last];
        ram[slot] = ram[last];
        spots[slot] = spots[last];
        spots[slot].slot = slot;
        spots[last] = null;
        spot.leaf = null;
        bound(before, Double.NEGATIVE_INFINITY);
    }

    /** Moves the upper half to a new leaf that comes next. */
    @SuppressWarnings("NullAway") // What is beyond the size is nobody's.
    Leaf split() {
        Integer[] order = new Integer[size];
        Arrays.setAll(order, i -> i);
        double[] keys = price.clone();
        double[] owns = own.clone();
        Spot[] all = spots.clone();
        Arrays.sort(order, (a, b) -> compare(keys[a], owns[a], keys[b], owns[b]));
        int half = size / 2;
        Leaf upper = new Leaf(keys[order[half]], owns[order[half]]);
        upper.toPrice = toPrice;
        upper.toOwn = toOwn;
        toPrice = upper.fromPrice;
        toOwn = upper.fromOwn;
        size = 0;
        mostOwn = Double.NEGATIVE_INFINITY;
        prices.clear();
        rams.clear();
        Arrays.fill(spots, null);
        for (int i = 0; i < order.length; i++) {
            (i < half ? this : upper).add(all[order[i]], owns[order[i]]);
        }
        return upper;
    }

    private void bound(double before, double after) {
        if (after >= mostOwn) {
            mostOwn = after;
        } else if (before == mostOwn) {
            mostOwn = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < size; i++) {
                mostOwn = Math.max(mostOwn, own[i]);
            }
        }
    }
}
