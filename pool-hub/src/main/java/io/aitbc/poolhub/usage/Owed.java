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
     * and beyond that only what is acknowledged or waits afterwards.
     */
    static boolean explains(Owed before, Tally there, Owed after) {
        return there.liesBetween(before.acknowledged, after.acknowledged.plus(after.pending));
    }
}
