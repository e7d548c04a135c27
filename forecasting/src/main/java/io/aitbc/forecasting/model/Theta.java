package io.aitbc.forecasting.model;

/**
 * The theta method (Assimakopoulos and Nikolopoulos 2000) as the benchmark of the M4 competition: the mean of the series' trend line and of
 * simple exponential smoothing over the line with doubled curvature, on a seasonally adjusted series. Hyndman and Billah (2003) show that
 * this is exponential smoothing with half the slope as drift.
 *
 * @param season hours; adjusted for only where the autocorrelation at that lag is significant at 90 %
 */
record Theta(int season) implements Model {

    @Override
    public String name() {
        return "theta";
    }

    @Override
    public double[] forecast(double[] history, int horizon) {
        int n = history.length;
        double[] factors = SeasonalFactors.of(history, season);
        double[] adjusted = new double[n];
        for (int i = 0; i < n; i++) {
            adjusted[i] = history[i] / factors[i % season];
        }
        Line line = Line.through(adjusted);
        double[] curved = new double[n];
        for (int i = 0; i < n; i++) {
            curved[i] = 2 * adjusted[i] - line.at(i);
        }
        double level = SimpleExponentialSmoothing.fit(curved).level();
        double[] ahead = new double[horizon];
        for (int step = 0; step < horizon; step++) {
            int i = n + step;
            ahead[step] = Math.max(0, (level + line.at(i)) / 2) * factors[i % season];
        }
        return ahead;
    }

    /** Least squares against 0, 1, 2... */
    private record Line(double start, double slope) {

        static Line through(double[] y) {
            double middle = (y.length - 1) / 2.0;
            double mean = 0;
            double crossed = 0;
            double squares = 0;
            for (int i = 0; i < y.length; i++) {
                mean += y[i] / y.length;
                crossed += (i - middle) * y[i];
                squares += (i - middle) * (i - middle);
            }
            double slope = squares > 0 ? crossed / squares : 0;
            return new Line(mean - slope * middle, slope);
        }

        double at(int i) {
            return start + slope * i;
        }
    }
}
