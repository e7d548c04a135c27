package io.aitbc.forecasting.cli;

import io.aitbc.forecasting.Forecast;
import io.aitbc.forecasting.Forecaster;
import io.aitbc.forecasting.Series;
import io.aitbc.forecasting.Settings;
import io.aitbc.forecasting.planning.CapacityRule;
import io.aitbc.forecasting.planning.PlanSettings;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The hours of a series from {@code from} on, with the forecasts that were made for the decisions in them, each from what came before.
 *
 * @param series hourly demand in GPUs
 * @param from the hour of the first decision
 * @param every hours between decisions
 * @param horizon hours ahead
 * @param miner GPUs of a miner
 */
record PlanReplay(Series series, int from, int every, int horizon, double miner, List<Forecast> forecasts) {

    static PlanReplay of(Series series, int from, int every, int horizon, double miner, int threads) {
        List<Forecast> forecasts = Together.map(
                (series.hours() - from - 1) / every + 1,
                threads,
                i -> Forecaster.forecast(series.between(0, from + i * every), horizon, Settings.hourly()));
        return new PlanReplay(series, from, every, horizon, miner, forecasts);
    }

    /** One start capacity and one lead time, under all policies. */
    record Comparison(double start, PlanSettings settings, List<Balance> balances, Verdicts verdicts) {

        void report(PrintWriter out) {
            out.printf(
                    Locale.ROOT,
                    "%nstart with %.0f GPUs, lead time %d hours, target utilisation %.0f %%%n%n%s%n",
                    start,
                    settings.leadTimeHours(),
                    100 * settings.targetUtilisation(),
                    Balance.header());
            balances.forEach(balance -> out.println(balance.row()));
            out.println();
            out.println(verdicts.text());
        }

        Map<String, Object> json() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("start_capacity", start);
            json.put("lead_hours", settings.leadTimeHours());
            json.put("target_utilisation", settings.targetUtilisation());
            json.put("policies", balances.stream().map(Balance::json).toList());
            json.put("verdicts", verdicts.json());
            return json;
        }
    }

    /** {@code start}: GPUs, rounded up to whole miners; {@code threshold}: that of the reactive rules. */
    Comparison compare(double start, PlanSettings settings, double threshold) {
        double[] demand = series.toArray();
        Planned ours = new Planned(series, from, every, forecasts, settings, true);
        List<Policy> policies = List.of(
                Policy.none(),
                new Reactive(demand, threshold, every),
                new Reactive(demand, threshold, 1),
                ours,
                new Planned(series, from, every, forecasts, settings, false),
                new Foresight(demand, every));
        List<Balance> balances = policies.stream()
                .map(policy -> Balance.of(policy, pool(start, settings), demand, from))
                .toList();
        Pool pool = pool(start, settings);
        return new Comparison(
                pool.slots(pool.working()), settings, balances, Verdicts.of(ours.advice(), demand, horizon, settings));
    }

    /** What the rule asks for at the highest demand before the first decision. */
    double usualStart(PlanSettings settings) {
        double peak = Arrays.stream(series.toArray(), 0, from)
                .filter(Double::isFinite)
                .max()
                .orElse(0);
        return CapacityRule.needed(peak, miner, settings);
    }

    private Pool pool(double start, PlanSettings settings) {
        return new Pool(start, miner, settings.leadTimeHours());
    }
}
