package io.aitbc.forecasting.model;

/**
 * The level of the last day plus what the hour of the day and the day of the week usually add to the level of their week. A cell of the
 * week is shrunk towards its hour of the day, since it has been seen only once a week.
 *
 * @param day hours of a day
 * @param week hours of a week, a multiple of {@code day}
 */
record Profile(int day, int week) implements Model {

    @Override
    public String name() {
        return "level and weekly profile";
    }

    @Override
    public double[] forecast(double[] history, int horizon) {
        int n = history.length;
        double[] pattern = WeekPattern.of(history, day, n >= 2 * week ? week : day);
        int last = Math.min(day, n);
        double level = 0;
        for (int i = n - last; i < n; i++) {
            level += (history[i] - pattern[i % pattern.length]) / last;
        }
        double[] ahead = new double[horizon];
        for (int step = 0; step < horizon; step++) {
            ahead[step] = level + pattern[(n + step) % pattern.length];
        }
        return ahead;
    }
}
