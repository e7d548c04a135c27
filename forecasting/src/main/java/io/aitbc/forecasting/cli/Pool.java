package io.aitbc.forecasting.cli;

import java.util.TreeMap;

/** Miners of one size: those that work, and those on order, which work after the lead time. */
final class Pool {

    private final double minerSlots;
    private final int leadHours;
    private final TreeMap<Integer, Integer> arriving = new TreeMap<>();
    private int working;
    private int changes;

    /** With as many miners as {@code slots} asks for, at least one. */
    Pool(double slots, double minerSlots, int leadHours) {
        this.minerSlots = minerSlots;
        this.leadHours = leadHours;
        this.working = Math.max(1, miners(slots));
    }

    /** Miners that hold so many slots: a whole number, rounded up. */
    int miners(double slots) {
        return (int) Math.ceil(slots / minerSlots - 1e-9);
    }

    /** Orders that are due by {@code hour} work from then on. */
    void arrive(int hour) {
        while (!arriving.isEmpty() && arriving.firstKey() <= hour) {
            working += arriving.pollFirstEntry().getValue();
        }
    }

    /** Orders miners where {@code miners} is above 0; hands back as many at once where it is below, but never the last. */
    void change(int hour, int miners) {
        if (miners > 0) {
            arriving.merge(hour + leadHours, miners, Integer::sum);
            changes++;
            arrive(hour);
        } else if (miners < 0 && working > 1) {
            working = Math.max(1, working + miners);
            changes++;
        }
    }

    int working() {
        return working;
    }

    /** Working and on order. */
    int expected() {
        return working + arriving.values().stream().mapToInt(Integer::intValue).sum();
    }

    double slots(int miners) {
        return miners * minerSlots;
    }

    double minerSlots() {
        return minerSlots;
    }

    int leadHours() {
        return leadHours;
    }

    /** Orders and returns so far. */
    int changes() {
        return changes;
    }
}
