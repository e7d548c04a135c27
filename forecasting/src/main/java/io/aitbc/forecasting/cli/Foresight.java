package io.aitbc.forecasting.cli;

import java.util.Arrays;

/**
 * Knows all demand until what it orders next time can work, and keeps not one miner more: what no forecast can do better than.
 *
 * @param demand per hour
 */
record Foresight(double[] demand, int every) implements Policy {

    @Override
    public String name() {
        return "perfect foresight, every " + every + " hours";
    }

    @Override
    public int change(Pool pool, int hour) {
        int arrival = hour + pool.leadHours();
        int missing = pool.miners(peak(arrival, arrival + every)) - pool.expected();
        return missing > 0 ? missing : Math.min(0, pool.miners(peak(hour, arrival + every)) - pool.working());
    }

    private double peak(int from, int to) {
        int end = Math.min(to, demand.length);
        return Arrays.stream(demand, Math.min(from, end), end)
                .filter(Double::isFinite)
                .max()
                .orElse(0);
    }
}
