package io.aitbc.forecasting.planning;

/**
 * How cautious the rule is.
 *
 * @param targetUtilisation share of the slots that p95 demand may take, above 0, at most 1
 * @param leadTimeHours hours from an order until the miners work, 0..1000
 * @param coolDownHours hours for which observed demand must have been low before miners go, 24..1344 (a day to eight weeks)
 */
public record PlanSettings(double targetUtilisation, int leadTimeHours, int coolDownHours) {

    public PlanSettings {
        if (!(targetUtilisation > 0 && targetUtilisation <= 1)) {
            throw new IllegalArgumentException(
                    "targetUtilisation must be above 0 and at most 1, was " + targetUtilisation);
        }
        if (leadTimeHours < 0 || leadTimeHours > 1000) {
            throw new IllegalArgumentException("leadTimeHours must be within 0..1000, was " + leadTimeHours);
        }
        if (coolDownHours < 24 || coolDownHours > 1344) {
            throw new IllegalArgumentException("coolDownHours must be within 24..1344, was " + coolDownHours);
        }
    }

    /** 80 %, a day, a week: a week, so that miners do not go on Saturday to be missed on Monday. */
    public static PlanSettings defaults() {
        return new PlanSettings(0.8, 24, 168);
    }
}
