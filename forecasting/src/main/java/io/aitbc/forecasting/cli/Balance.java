package io.aitbc.forecasting.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Demand against slots over the hours of a replay; hours whose demand is missing are left out. */
final class Balance {

    private final String policy;
    private int shortageHours;
    private double unserved;
    private double idle;
    private double served;
    private int changes;

    private Balance(String policy) {
        this.policy = policy;
    }

    /** Replays the hours from {@code from} on. */
    static Balance of(Policy policy, Pool pool, double[] demand, int from) {
        Balance balance = new Balance(policy.name());
        for (int hour = from; hour < demand.length; hour++) {
            pool.arrive(hour);
            if ((hour - from) % policy.every() == 0) {
                pool.change(hour, policy.change(pool, hour));
            }
            balance.add(demand[hour], pool.slots(pool.working()));
        }
        balance.changes = pool.changes();
        return balance;
    }

    private void add(double demand, double slots) {
        if (!Double.isFinite(demand)) {
            return;
        }
        served += Math.min(demand, slots);
        unserved += Math.max(0, demand - slots);
        idle += Math.max(0, slots - demand);
        if (demand > slots) {
            shortageHours++;
        }
    }

    int shortageHours() {
        return shortageHours;
    }

    /** GPU-hours that were asked for and not there. */
    double unserved() {
        return unserved;
    }

    /** GPU-hours that were there and not asked for. */
    double idle() {
        return idle;
    }

    /** Share of the GPU-hours that were in use; 0 without any. */
    double utilisation() {
        return served + idle > 0 ? served / (served + idle) : 0;
    }

    /** Orders and returns. */
    int changes() {
        return changes;
    }

    static String header() {
        return "| policy | shortage hours | unserved GPU-hours | idle GPU-hours | mean utilisation | changes |\n"
                + "|---|---|---|---|---|---|";
    }

    String row() {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %.0f | %.0f | %.1f %% | %d |",
                policy,
                shortageHours,
                unserved,
                idle,
                100 * utilisation(),
                changes);
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("policy", policy);
        json.put("shortage_hours", shortageHours);
        json.put("unserved_gpu_hours", unserved);
        json.put("idle_gpu_hours", idle);
        json.put("mean_utilisation", utilisation());
        json.put("changes", changes);
        return json;
    }
}
