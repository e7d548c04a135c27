package io.aitbc.poolhub.usage;

/**
 * What this hub's ledger holds of a cell, by what became of it.
 *
 * @param acknowledged the coordinator has it
 * @param pending nobody knows: it waits, or it was stored there and the answer has not come back
 * @param parked the coordinator refused it
 */
record Owed(Tally acknowledged, Tally pending, Tally parked) {

    static final Owed NOTHING = new Owed(Tally.NOTHING, Tally.NOTHING, Tally.NOTHING);

    Owed plus(Owed other) {
        return new Owed(acknowledged.plus(other.acknowledged), pending.plus(other.pending), parked.plus(other.parked));
    }

    boolean isSettled() {
        return pending.count() + parked.count() == 0;
    }

    /**
     * Whether the coordinator can hold this much without contradicting this hub: everything acknowledged before it was asked,
     * and beyond that only what is acknowledged or waits afterwards. Quantities are never negative, so that both grow with the events.
     */
    static boolean explains(Owed before, Tally there, Owed after) {
        return isWithin(before.acknowledged, there) && isWithin(there, after.acknowledged.plus(after.pending));
    }

    /** Whether the events of one can be among those of the other. */
    private static boolean isWithin(Tally some, Tally all) {
        return some.count() < all.count() ? some.quantity().compareTo(all.quantity()) <= 0 : some.isSame(all);
    }
}
