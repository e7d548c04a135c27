package io.aitbc.gpu.prediction;

import java.util.Arrays;

/**
 * What a rising series may be on its way to. Every curve of a grid is fitted by least squares: level until some point, and
 * from there on the answer of a heated body (Newton's law of cooling: it follows with a lag of minutes) to a cause that
 * either grows steadily, or approaches a new level with some time constant. Each curve weighs as much as it explains
 * (Bayesian model averaging with the information criterion of Schwarz), so that a rise that has only begun may still be
 * either, and says so.
 */
final class Approach {

    /**
     * One family of curves.
     *
     * @param cause time constant of the cause in minutes; 0 for one that grows steadily
     * @param lag time constant of the body in minutes
     * @param prior weight before anything is seen
     */
    private record Shape(double cause, double lag, double prior) {

        /** Height after so many minutes; 1 in the end, or growing by 1 a minute. */
        double at(double since) {
            if (since <= 0) {
                return 0;
            }
            if (cause == 0) {
                return lag == 0 ? since : since - lag * (1 - Math.exp(-since / lag));
            }
            if (lag == 0) {
                return 1 - Math.exp(-since / cause);
            }
            return 1 - (cause * Math.exp(-since / cause) - lag * Math.exp(-since / lag)) / (cause - lag);
        }
    }

    private static final Shape[] SHAPES = {
        new Shape(0, 0, 1),
        new Shape(0, 2.5, 2),
        new Shape(0, 4.5, 2),
        new Shape(1.5, 0, 1),
        new Shape(2.5, 0, 1),
        new Shape(3.5, 0, 1),
        new Shape(5, 0, 1),
        new Shape(5, 3, 1),
        new Shape(8, 3, 1),
        new Shape(12, 3, 1),
        new Shape(18, 3, 1),
        new Shape(26, 3, 1),
        new Shape(40, 3, 1)
    };

    /** °C per minute that cooling gets worse by: more is the start of a job or a fan that stopped, and settles. */
    private static final double USUAL_RATE = 1;

    /** °C that a new load or a fault moves a GPU by. */
    private static final double USUAL_STEP = 20;

    private static final int LEAST_AFTER = 3;
    private static final double LEAST_DEVIATION = 0.5;
    private static final double LONGEST = 12 * 60;

    /** Minutes until the critical level by each curve that gets there, rising; and how much each weighs. */
    private final double[] minutes;

    private final double[] weights;
    private final int count;
    /** Share of all weight that gets there at all. */
    final double arrives;

    private Approach(double[] minutes, double[] weights, int count, double arrives) {
        this.minutes = minutes;
        this.weights = weights;
        this.count = count;
        this.arrives = arrives;
    }

    /** @param deviation standard deviation of the points from their curve */
    static Approach of(double[] x, double[] y, int n, double critical, double deviation) {
        int starts = Math.max(1, n - LEAST_AFTER);
        int models = starts * SHAPES.length;
        double[] score = new double[models + 1];
        double[] arrival = new double[models + 1];
        double sigma = Math.max(LEAST_DEVIATION, deviation);
        double variance = 2 * sigma * sigma;
        score[models] = -flat(y, n) / variance - 0.5 * Math.log(n);
        arrival[models] = Double.NaN;
        double[] heights = new double[n];
        int model = 0;
        for (int start = 0; start < starts; start++) {
            for (Shape shape : SHAPES) {
                for (int i = 0; i < n; i++) {
                    heights[i] = shape.at(x[i] - x[start]);
                }
                double[] fit = fit(heights, y, n);
                double usual = fit[1] / (shape.cause() == 0 ? USUAL_RATE : USUAL_STEP);
                score[model] = -fit[2] / variance
                        - 1.5 * Math.log(n)
                        - usual * usual / 2
                        + Math.log(shape.prior())
                        - Math.log(starts);
                arrival[model] = arrival(fit[0], fit[1], shape, x[n - 1] - x[start], critical);
                model++;
            }
        }
        return weighed(score, arrival);
    }

    private static Approach weighed(double[] score, double[] arrival) {
        double best = Arrays.stream(score).max().orElse(0);
        double all = 0;
        double arriving = 0;
        Integer[] order = new Integer[score.length];
        int count = 0;
        for (int i = 0; i < score.length; i++) {
            double weight = Math.exp(score[i] - best);
            all += weight;
            if (!Double.isNaN(arrival[i])) {
                arriving += weight;
                order[count++] = i;
            }
        }
        Arrays.sort(order, 0, count, (a, b) -> Double.compare(arrival[a], arrival[b]));
        double[] minutes = new double[count];
        double[] weights = new double[count];
        for (int i = 0; i < count; i++) {
            minutes[i] = arrival[order[i]];
            weights[i] = Math.exp(score[order[i]] - best) / all;
        }
        return new Approach(minutes, weights, count, arriving / all);
    }

    /** How likely it gets there within so many minutes, 0..1. */
    double within(double horizon) {
        double sum = 0;
        for (int i = 0; i < count && minutes[i] <= horizon; i++) {
            sum += weights[i];
        }
        return Math.min(1, sum);
    }

    /** The time by which it gets there with a share of the curves that do. */
    double quantile(double share) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += weights[i];
            if (sum >= share * arrives) {
                return minutes[i];
            }
        }
        return count == 0 ? Double.NaN : minutes[count - 1];
    }

    /** Level, height and the sum of squared residuals of y = level + height × shape. */
    private static double[] fit(double[] shape, double[] y, int n) {
        double sumF = 0;
        double sumY = 0;
        for (int i = 0; i < n; i++) {
            sumF += shape[i];
            sumY += y[i];
        }
        double meanF = sumF / n;
        double meanY = sumY / n;
        double ff = 0;
        double fy = 0;
        double yy = 0;
        for (int i = 0; i < n; i++) {
            double f = shape[i] - meanF;
            double v = y[i] - meanY;
            ff += f * f;
            fy += f * v;
            yy += v * v;
        }
        double height = ff == 0 ? 0 : fy / ff;
        return new double[] {meanY - height * meanF, height, Math.max(0, yy - height * fy)};
    }

    private static double flat(double[] y, int n) {
        double mean = Arrays.stream(y, 0, n).average().orElse(0);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += (y[i] - mean) * (y[i] - mean);
        }
        return sum;
    }

    /** Minutes from the last point; NaN when never, or later than anybody plans. */
    private static double arrival(double level, double height, Shape shape, double since, double critical) {
        if (height <= 0) {
            return Double.NaN;
        }
        double needed = (critical - level) / height;
        if (shape.at(since) >= needed) {
            return 0;
        }
        if (shape.at(since + LONGEST) < needed) {
            return Double.NaN;
        }
        double early = since;
        double late = since + LONGEST;
        while (late - early > 0.05) {
            double middle = (early + late) / 2;
            if (shape.at(middle) < needed) {
                early = middle;
            } else {
                late = middle;
            }
        }
        return late - since;
    }
}
