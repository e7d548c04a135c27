package io.aitbc.forecasting.model;

import java.util.List;

/**
 * Hour by hour the median of several models' forecasts: one member that goes astray does no harm, and no weights are estimated.
 *
 * @param name of the combination
 * @param members at least one
 */
record MedianCombination(String name, List<Model> members) implements Model {

    MedianCombination {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("a combination needs at least one model, had none");
        }
        members = List.copyOf(members);
    }

    @Override
    public double[] forecast(double[] history, int horizon) {
        return Models.median(members.stream()
                .map(member -> member.forecast(history, horizon))
                .toList());
    }
}
