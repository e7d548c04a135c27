package io.aitbc.forecasting.cli;

import io.aitbc.forecasting.planning.Action;
import io.aitbc.forecasting.planning.CapacityRule;
import io.aitbc.forecasting.planning.PlanSettings;
import io.aitbc.forecasting.planning.Recommendation;
import io.aitbc.forecasting.planning.Supply;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How often our recommendations proved right over the horizon that they were for, and silence with them. Those whose horizon goes
 * beyond the last hour are not judged.
 *
 * @param made recommendations to add, to remove, and decisions without one
 * @param judged of those
 * @param right of the judged ones
 */
record Verdicts(int[] made, int[] judged, int[] right) {

    private static final List<String> WHAT = List.of("add_miners", "remove_miners", "no change");
    private static final int SILENT = 2;

    static Verdicts of(List<Planned.Advice> advice, double[] demand, int horizon, PlanSettings settings) {
        Verdicts verdicts = new Verdicts(new int[3], new int[3], new int[3]);
        for (Planned.Advice one : advice) {
            int what = one.said().map(said -> said.action().ordinal()).orElse(SILENT);
            verdicts.made[what]++;
            int end = one.hour() + horizon;
            OptionalDouble peak = end > demand.length
                    ? OptionalDouble.empty()
                    : Arrays.stream(demand, one.hour(), end)
                            .filter(Double::isFinite)
                            .max();
            if (peak.isPresent()) {
                verdicts.judged[what]++;
                verdicts.right[what] += right(one, peak.getAsDouble(), settings) ? 1 : 0;
            }
        }
        return verdicts;
    }

    private static boolean right(Planned.Advice advice, double peak, PlanSettings settings) {
        Supply supply = advice.supply();
        if (advice.said().isEmpty()) {
            return !CapacityRule.proved(Action.ADD_MINERS, supply.slots(), 0, supply.largestMiner(), peak, settings);
        }
        Recommendation said = advice.said().get();
        return CapacityRule.proved(said.action(), supply.slots(), said.slots(), supply.largestMiner(), peak, settings);
    }

    String text() {
        StringBuilder text = new StringBuilder("proved right:");
        for (int what = 0; what < WHAT.size(); what++) {
            text.append(what == 0 ? " " : "; ")
                    .append(WHAT.get(what))
                    .append(' ')
                    .append(right[what])
                    .append(" of ")
                    .append(judged[what]);
            if (judged[what] < made[what]) {
                text.append(" (").append(made[what] - judged[what]).append(" too late to judge)");
            }
        }
        return text.toString();
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        for (int what = 0; what < WHAT.size(); what++) {
            json.put(
                    WHAT.get(what).replace(' ', '_'),
                    Map.of("made", made[what], "judged", judged[what], "proved_right", right[what]));
        }
        return json;
    }
}
