package io.aitbc.forecasting.cli;

import io.aitbc.forecasting.Forecast;
import io.aitbc.forecasting.Series;
import io.aitbc.forecasting.planning.Action;
import io.aitbc.forecasting.planning.CapacityRule;
import io.aitbc.forecasting.planning.PlanSettings;
import io.aitbc.forecasting.planning.Recommendation;
import io.aitbc.forecasting.planning.Supply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Follows our recommendations, each made from the past alone, and remembers them: all at once, or those to add miners no sooner than at
 * the last decision from which an order still arrives in time.
 */
final class Planned implements Policy {

    private final Series series;
    private final int from;
    private final int every;
    private final List<Forecast> forecasts;
    private final PlanSettings settings;
    private final boolean atOnce;
    private final List<Advice> advice = new ArrayList<>();

    /** What was said at an hour, if anything, and to which supply. */
    record Advice(int hour, Supply supply, Optional<Recommendation> said) {}

    /** {@code forecasts}: the first for {@code from}, then one every {@code every} hours. */
    Planned(Series series, int from, int every, List<Forecast> forecasts, PlanSettings settings, boolean atOnce) {
        this.series = series;
        this.from = from;
        this.every = every;
        this.forecasts = forecasts;
        this.settings = settings;
        this.atOnce = atOnce;
    }

    @Override
    public String name() {
        return "ours, " + (atOnce ? "followed at once" : "ordered when due");
    }

    @Override
    public int every() {
        return every;
    }

    @Override
    public int change(Pool pool, int hour) {
        Forecast forecast = forecasts.get((hour - from) / every);
        Series past = series.between(0, hour);
        // Miners on order count, or they would be ordered again; to hand back, only those that work can be spared.
        Supply expected = supply(pool, pool.expected());
        Optional<Recommendation> said = CapacityRule.recommend(forecast, past, expected, settings);
        if (said.isPresent() && said.get().action() == Action.REMOVE_MINERS && pool.expected() > pool.working()) {
            expected = supply(pool, pool.working());
            said = CapacityRule.recommend(forecast, past, expected, settings)
                    .filter(one -> one.action() == Action.REMOVE_MINERS);
        }
        advice.add(new Advice(hour, expected, said));
        return said.map(one -> one.action() == Action.REMOVE_MINERS ? -one.miners() : due(one) ? one.miners() : 0)
                .orElse(0);
    }

    /** Whether an order at the next decision would come too late. */
    private boolean due(Recommendation addition) {
        return atOnce || addition.inHours() < settings.leadTimeHours() + every;
    }

    List<Advice> advice() {
        return advice;
    }

    private static Supply supply(Pool pool, int miners) {
        return new Supply(pool.slots(miners), miners, pool.minerSlots(), pool.minerSlots());
    }
}
