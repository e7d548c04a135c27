package io.aitbc.forecasting.model;

/**
 * Level, trend and additive season, each following the series at its own pace (Holt 1957, Winters 1960), the trend damped by a factor per
 * step where asked for (Gardner and McKenzie 1985). The paces are those with the least squared one-step errors.
 *
 * @param season hours; a history under two seasons is smoothed without season or trend
 * @param damped whether the trend fades
 */
record HoltWinters(int season, boolean damped) implements Model {

    private static final double[][] STARTS = {{0.1, 0.01, 0.1, 0.97}, {0.5, 0.01, 0.3, 0.9}, {0.9, 0.001, 0.05, 0.97}};
    private static final double FINEST = 0.02;

    @Override
    public String name() {
        return damped ? "Holt-Winters, damped" : "Holt-Winters";
    }

    @Override
    public double[] forecast(double[] history, int horizon) {
        if (history.length < 2 * season + 1) {
            return new SimpleExponentialSmoothing().forecast(history, horizon);
        }
        double[] best = STARTS[0];
        double least = Double.POSITIVE_INFINITY;
        for (double[] start : STARTS) {
            double squares = new State(history).run(history, start);
            if (squares < least) {
                least = squares;
                best = start;
            }
        }
        State state = new State(history);
        double[] paces = refined(history, best.clone(), least);
        state.run(history, paces);
        double phi = phi(paces);
        double[] ahead = new double[horizon];
        double trend = 0;
        double fade = 1;
        for (int step = 0; step < horizon; step++) {
            fade *= phi;
            trend += fade * state.trend;
            ahead[step] = state.level + trend + state.seasons[(history.length + step) % season];
        }
        return ahead;
    }

    private double phi(double[] paces) {
        return damped ? paces[3] : 1;
    }

    /** Pattern search: a step up or down along each pace, the step halved where none helps. */
    private double[] refined(double[] y, double[] paces, double least) {
        double squares = least;
        int searched = damped ? 4 : 3;
        for (double step = 0.16; step >= FINEST; ) {
            boolean better = false;
            for (int i = 0; i < searched; i++) {
                for (int sign = -1; sign <= 1; sign += 2) {
                    double[] tried = paces.clone();
                    double lowest = i == 3 ? 0.8 : 0.0001;
                    tried[i] = Math.max(lowest, Math.min(i == 3 ? 0.98 : 0.99, paces[i] + sign * step));
                    double reached = new State(y).run(y, tried);
                    if (reached < squares * (1 - 1e-6)) {
                        squares = reached;
                        paces = tried;
                        better = true;
                    }
                }
            }
            step = better ? step : step / 2;
        }
        return paces;
    }

    private final class State {

        private double level;
        private double trend;
        private final double[] seasons = new double[season];

        /** From the first two seasons: their means give level and trend, the deviations of the first its season. */
        State(double[] y) {
            double first = 0;
            double second = 0;
            for (int i = 0; i < season; i++) {
                first += y[i] / season;
                second += y[season + i] / season;
            }
            level = first;
            trend = (second - first) / season;
            for (int i = 0; i < season; i++) {
                seasons[i] = y[i] - first;
            }
        }

        double run(double[] y, double[] paces) {
            double phi = phi(paces);
            double squares = 0;
            int place = 0;
            for (double value : y) {
                double error = value - (level + phi * trend + seasons[place]);
                squares += error * error;
                level += phi * trend + paces[0] * error;
                trend = phi * trend + paces[0] * paces[1] * error;
                seasons[place] += paces[2] * (1 - paces[0]) * error;
                place = place + 1 == season ? 0 : place + 1;
            }
            return Double.isNaN(squares) ? Double.POSITIVE_INFINITY : squares;
        }
    }
}
