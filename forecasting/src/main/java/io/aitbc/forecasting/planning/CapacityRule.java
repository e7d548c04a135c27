package io.aitbc.forecasting.planning;

import io.aitbc.forecasting.Forecast;
import io.aitbc.forecasting.HourForecast;
import io.aitbc.forecasting.Series;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Whether to add or to remove miners. Out on the forecast: as soon as an hour of it asks for more slots than there are. In only where the
 * demand observed during the cool-down and the upper end of the forecast's 95 % interval both leave miners unneeded. Without state, without a clock; whoever follows a
 * recommendation at once is neither told the same again nor the contrary, for the same forecast and the same past.
 */
public final class CapacityRule {

    private static final double OBSERVED_SHARE = 0.9;

    private CapacityRule() {}

    /**
     * What to do now, if anything.
     *
     * @param forecast also one that is no better than a naive forecast: its intervals held in the backtest all the same
     * @param observed hourly demand, oldest first, ending with the hour before the forecast's first; may be empty
     * @return empty where the supply fits, or the forecast has no figures
     */
    public static Optional<Recommendation> recommend(
            Forecast forecast, Series observed, Supply supply, PlanSettings settings) {
        if (forecast.hours().isEmpty()) {
            return Optional.empty();
        }
        Optional<Recommendation> out = scaleOut(forecast, observed, supply, settings);
        return out.isPresent() ? out : scaleIn(forecast, observed, supply, settings);
    }

    /**
     * Slots that a demand asks for: it may take the target utilisation of them, and the largest miner may be lost (N+1).
     *
     * @param demand slots in use and waited for, 0 or more
     * @param largestMiner slots, 0 or more
     */
    public static double needed(double demand, double largestMiner, PlanSettings settings) {
        requireNumber("demand", demand);
        requireNumber("largestMiner", largestMiner);
        return Math.min(Double.MAX_VALUE, Whole.up(demand / settings.targetUtilisation()) + largestMiner);
    }

    /**
     * Whether a recommendation of the past was right: the same test, with the demand that came in place of the forecast.
     *
     * @param slotsThen what {@link Supply#slots} was
     * @param slotsChanged {@link Recommendation#slots}
     * @param largestMiner what {@link Supply#largestMiner} was
     * @param peakObserved the highest demand of the hours that the recommendation was for, 0 or more
     */
    public static boolean proved(
            Action action,
            double slotsThen,
            double slotsChanged,
            double largestMiner,
            double peakObserved,
            PlanSettings settings) {
        requireNumber("slotsThen", slotsThen);
        requireNumber("slotsChanged", slotsChanged);
        double needed = needed(peakObserved, largestMiner, settings);
        return switch (action) {
            case ADD_MINERS -> Whole.exceeds(needed, slotsThen);
            case REMOVE_MINERS -> !Whole.exceeds(needed, slotsThen - slotsChanged);
        };
    }

    private static Optional<Recommendation> scaleOut(
            Forecast forecast, Series observed, Supply supply, PlanSettings settings) {
        for (HourForecast hour : forecast.hours()) {
            if (Whole.exceeds(needed(hour.p95(), supply.largestMiner(), settings), supply.slots())) {
                int inHours = hour.hour() - 1;
                return Optional.of(addition(
                        forecast, supply, settings, inHours, priority(forecast, observed, supply, settings, inHours)));
            }
        }
        return Optional.empty();
    }

    private static Recommendation addition(
            Forecast forecast, Supply supply, PlanSettings settings, int inHours, Priority priority) {
        double peak = peak(forecast);
        // A miner that comes may be larger than all that are there, and is then the one whose loss has to be borne.
        double reserve = Math.max(supply.largestMiner(), supply.typicalMiner());
        double needed = needed(peak, reserve, settings);
        int miners = (int) Math.max(1, Whole.up((needed - supply.slots()) / supply.typicalMiner()));
        return new Recommendation(
                Action.ADD_MINERS,
                miners,
                slots(miners, supply),
                needed,
                peak,
                inHours,
                priority,
                Reason.addition(forecast, supply, settings, peak, needed, reserve, inHours, miners));
    }

    private static Priority priority(
            Forecast forecast, Series observed, Supply supply, PlanSettings settings, int inHours) {
        double last = observed.hours() == 0 ? 0 : observed.at(observed.hours() - 1);
        // A missing last hour is not a number, and exceeds nothing.
        if (Whole.exceeds(last, supply.slots())
                || Whole.exceeds(forecast.hours().get(0).p50(), supply.slots())) {
            return Priority.CRITICAL;
        }
        if (inHours <= settings.leadTimeHours()) {
            return Priority.HIGH;
        }
        return inHours <= 2 * settings.leadTimeHours() ? Priority.MEDIUM : Priority.LOW;
    }

    private static Optional<Recommendation> scaleIn(
            Forecast forecast, Series observed, Supply supply, PlanSettings settings) {
        OptionalDouble past = observedPeak(observed, settings.coolDownHours());
        if (past.isEmpty()) {
            return Optional.empty();
        }
        double needed = needed(Math.max(past.getAsDouble(), highest(forecast)), supply.largestMiner(), settings);
        int miners = removable(supply.slots() - needed, supply);
        if (miners < 1) {
            return Optional.empty();
        }
        return Optional.of(new Recommendation(
                Action.REMOVE_MINERS,
                miners,
                slots(miners, supply),
                needed,
                Math.max(past.getAsDouble(), peak(forecast)),
                0,
                Priority.LOW,
                Reason.removal(forecast, supply, settings, past.getAsDouble(), needed, miners)));
    }

    /**
     * How many may go. Nobody knows which will: the largest may be one of them, so the first is counted with its slots, while the reserve
     * stays that for its loss.
     */
    private static int removable(double surplus, Supply supply) {
        double first = Math.max(supply.largestMiner(), supply.typicalMiner());
        double miners = 1 + Whole.down((surplus - first) / supply.typicalMiner());
        return (int) Math.min(supply.miners() - 1.0, miners);
    }

    private static double slots(int miners, Supply supply) {
        return Math.min(Double.MAX_VALUE, miners * supply.typicalMiner());
    }

    private static double peak(Forecast forecast) {
        return forecast.hours().stream().mapToDouble(HourForecast::p95).max().orElse(0);
    }

    /**
     * Up to where demand may come before a removal is regretted: the upper end of the 95 % interval, above p95. Tomorrow's p95 is not
     * quite today's; without a margin that is as wide as the forecast is unsure, miners would go one day and be ordered again the next.
     */
    static double highest(Forecast forecast) {
        return forecast.hours().stream()
                .mapToDouble(hour -> Math.max(hour.p95(), hour.central95().high()))
                .max()
                .orElse(0);
    }

    /** The highest demand of the last hours; absent where too few of them were observed to say that it was low. */
    private static OptionalDouble observedPeak(Series observed, int hours) {
        List<Double> seen = IntStream.range(Math.max(0, observed.hours() - hours), observed.hours())
                .mapToObj(observed::at)
                .filter(Double::isFinite)
                .toList();
        return seen.size() < OBSERVED_SHARE * hours
                ? OptionalDouble.empty()
                : seen.stream().mapToDouble(Double::doubleValue).max();
    }

    private static void requireNumber(String name, double value) {
        if (!(value >= 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(name + " must be a number of at least 0, was " + value);
        }
    }
}
