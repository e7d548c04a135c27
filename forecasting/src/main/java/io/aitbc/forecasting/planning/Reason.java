package io.aitbc.forecasting.planning;

import io.aitbc.forecasting.Forecast;
import java.util.Locale;

/** A recommendation's figures as a sentence that an operator can check. */
final class Reason {

    private Reason() {}

    static String addition(
            Forecast forecast,
            Supply supply,
            PlanSettings settings,
            double peak,
            double needed,
            double reserve,
            int inHours,
            int miners) {
        return "p95 demand rises to " + number(peak) + " slots within "
                + hours(forecast.hours().size()) + " ("
                + source(forecast) + "), which asks for " + number(needed) + " slots at "
                + number(100 * settings.targetUtilisation()) + " % utilisation with " + number(reserve)
                + " in reserve for the loss of a miner; there are " + number(supply.slots()) + ", too few "
                + (inHours == 0 ? "from now on" : "in " + hours(inHours)) + ": add " + miners(miners) + " of "
                + number(supply.typicalMiner()) + ".";
    }

    static String removal(
            Forecast forecast, Supply supply, PlanSettings settings, double past, double needed, int miners) {
        return "demand was at most " + number(past) + " slots in the last " + hours(settings.coolDownHours())
                + ", and its p97.5 stays within " + number(CapacityRule.highest(forecast)) + " for "
                + hours(forecast.hours().size()) + " (" + source(forecast) + "), which asks for " + number(needed)
                + " slots at " + number(100 * settings.targetUtilisation()) + " % utilisation with "
                + number(supply.largestMiner()) + " in reserve for the loss of a miner; there are "
                + number(supply.slots()) + ": remove " + miners(miners) + " of " + number(supply.typicalMiner()) + ".";
    }

    private static String source(Forecast forecast) {
        return "forecast by " + forecast.model()
                + (forecast.status() == Forecast.Status.NO_SKILL ? ", no better than a naive one" : "");
    }

    private static String hours(int hours) {
        return hours == 1 ? "1 hour" : hours + " hours";
    }

    private static String miners(int miners) {
        return miners == 1 ? "1 miner" : miners + " miners";
    }

    /** Whole numbers as such, others to one decimal. */
    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}
