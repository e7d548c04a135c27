package io.aitbc.monitoring.artifact;

import java.util.ArrayList;
import java.util.List;

/** The points of a plot: all of a short series, of a long one the lowest and the highest of each stretch, so that no peak is lost. */
final class PlotPoints {

    static final int MOST = 600;

    private PlotPoints() {}

    /** Pairs of time (ms since 1970) and value. */
    static List<double[]> of(KpiSeries series) {
        List<double[]> points = new ArrayList<>();
        if (series.size() <= MOST) {
            for (int i = 0; i < series.size(); i++) {
                points.add(point(series, i));
            }
            return points;
        }
        int stretches = MOST / 2;
        for (int stretch = 0; stretch < stretches; stretch++) {
            int from = (int) ((long) series.size() * stretch / stretches);
            int to = (int) ((long) series.size() * (stretch + 1) / stretches);
            int lowest = from;
            int highest = from;
            for (int i = from; i < to; i++) {
                lowest = series.value(i) < series.value(lowest) ? i : lowest;
                highest = series.value(i) > series.value(highest) ? i : highest;
            }
            points.add(point(series, Math.min(lowest, highest)));
            if (lowest != highest) {
                points.add(point(series, Math.max(lowest, highest)));
            }
        }
        return points;
    }

    private static double[] point(KpiSeries series, int i) {
        return new double[] {series.millis(i), series.value(i)};
    }
}
