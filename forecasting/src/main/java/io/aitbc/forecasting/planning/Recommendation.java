package io.aitbc.forecasting.planning;

/**
 * What to do about the supply, and why.
 *
 * @param miners how many, at least 1
 * @param slots that they have together, above 0
 * @param neededSlots slots that the rule asks for in all, the reserve for the loss of the largest miner among them; to remove miners, for
 *     the larger of the demand observed in the cool-down and the upper end of the forecast's 95 % interval
 * @param peakP95 the highest p95 demand of the horizon, in slots; to remove miners, the larger of that and of the demand observed in the
 *     cool-down
 * @param inHours hours from now until the shortage is expected, 0 for the hour that begins now; 0 to remove miners
 * @param reason one sentence with the figures
 */
public record Recommendation(
        Action action,
        int miners,
        double slots,
        double neededSlots,
        double peakP95,
        int inHours,
        Priority priority,
        String reason) {

    public Recommendation {
        if (miners < 1) {
            throw new IllegalArgumentException("a recommendation is about at least one miner, was " + miners);
        }
        if (!(slots > 0)) {
            throw new IllegalArgumentException("slots must be above 0, was " + slots);
        }
        if (!(neededSlots >= 0)) {
            throw new IllegalArgumentException("neededSlots must be at least 0, was " + neededSlots);
        }
        if (!(peakP95 >= 0)) {
            throw new IllegalArgumentException("peakP95 must be at least 0, was " + peakP95);
        }
        if (inHours < 0) {
            throw new IllegalArgumentException("inHours must be at least 0, was " + inHours);
        }
        if (reason.isBlank()) {
            throw new IllegalArgumentException("a recommendation gives its reason in a sentence");
        }
    }
}
