package io.aitbc.forecasting.cli;

/**
 * Looks at the last hour. Above the threshold, of all slots including those on order, it orders as many miners as bring utilisation to the
 * threshold. Below five eighths of it (50 % for 80 %), of the slots that work, it hands back as many as leave it at thirteen sixteenths (65 %)
 * or less. A missing hour changes nothing.
 *
 * @param demand per hour
 * @param threshold above 0, at most 1
 */
record Reactive(double[] demand, double threshold, int every) implements Policy {

    private static final double LOW = 5 / 8.0;
    private static final double BETWEEN = 13 / 16.0;

    @Override
    public String name() {
        return "reactive " + Math.round(100 * threshold) + " %, every " + (every == 1 ? "hour" : every + " hours");
    }

    @Override
    public int change(Pool pool, int hour) {
        double last = demand[hour - 1];
        if (last > threshold * pool.slots(pool.expected())) {
            return pool.miners(last / threshold) - pool.expected();
        }
        return last < LOW * threshold * pool.slots(pool.working())
                ? Math.min(0, pool.miners(last / (BETWEEN * threshold)) - pool.working())
                : 0;
    }
}
