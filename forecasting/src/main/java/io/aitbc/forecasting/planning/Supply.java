package io.aitbc.forecasting.planning;

/**
 * What can work now. Whoever has ordered miners that are yet to come counts them in, or they are recommended once more.
 *
 * @param slots jobs (GPUs) at once, all miners together, 0 or more
 * @param miners how many miners that is, 0 or more
 * @param largestMiner slots of the largest of them, 0 or more; counted up to {@code slots}
 * @param typicalMiner slots of one miner to be added or removed, above 0
 */
public record Supply(double slots, int miners, double largestMiner, double typicalMiner) {

    public Supply {
        if (!(slots >= 0 && Double.isFinite(slots))) {
            throw new IllegalArgumentException("slots must be a number of at least 0, was " + slots);
        }
        if (miners < 0 || miners == 0 && slots > 0) {
            throw new IllegalArgumentException(
                    "miners must be at least " + (slots > 0 ? "1 where there are slots" : "0") + ", was " + miners);
        }
        if (!(largestMiner >= 0)) {
            throw new IllegalArgumentException("largestMiner must be at least 0, was " + largestMiner);
        }
        // What does not work cannot be lost.
        largestMiner = Math.min(largestMiner, slots);
        if (!(typicalMiner > 0 && Double.isFinite(typicalMiner))) {
            throw new IllegalArgumentException("typicalMiner must be a number above 0, was " + typicalMiner
                    + "; without miners, give the size of one that could be ordered");
        }
    }
}
