package io.aitbc.benchmarks.prediction;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Counts how often "critical within 30 min" was right, and how far off the time was. */
final class Judge {

    private int truePositives;
    private int falsePositives;
    private int falseNegatives;
    private int trueNegatives;
    private final List<Double> errors = new ArrayList<>();
    private final List<Double> leads = new ArrayList<>();

    /**
     * One instant of one trace.
     *
     * @param really minutes until it is critical; NaN when it is not within the horizon
     * @param said minutes that were predicted; NaN when nothing within the horizon was
     */
    void judge(double really, double said) {
        boolean positive = !Double.isNaN(really);
        boolean predicted = !Double.isNaN(said);
        if (positive && predicted) {
            truePositives++;
            leads.add(really);
            errors.add(Math.abs(said - really) / really);
        } else if (positive) {
            falseNegatives++;
        } else if (predicted) {
            falsePositives++;
        } else {
            trueNegatives++;
        }
    }

    void add(Judge other) {
        truePositives += other.truePositives;
        falsePositives += other.falsePositives;
        falseNegatives += other.falseNegatives;
        trueNegatives += other.trueNegatives;
        errors.addAll(other.errors);
        leads.addAll(other.leads);
    }

    double precision() {
        return (double) truePositives / (truePositives + falsePositives);
    }

    double recall() {
        return (double) truePositives / (truePositives + falseNegatives);
    }

    /** Median of |said − really| / really over the true positives. */
    double medianError() {
        return quantile(errors, 0.5);
    }

    String row(String name) {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %d | %d | %d | %s | %s | %s | %s | %s |",
                name,
                truePositives,
                falsePositives,
                falseNegatives,
                trueNegatives,
                shown(precision()),
                shown(recall()),
                percent(medianError()),
                percent(quantile(errors, 0.9)),
                leads.isEmpty() ? "" : String.format(Locale.ROOT, "%.0f min", quantile(leads, 0.5)));
    }

    private static double quantile(List<Double> values, double quantile) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get((int) Math.min(sorted.size() - 1.0, Math.floor(quantile * sorted.size())));
    }

    private static String shown(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.3f", value);
    }

    private static String percent(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.0f %%", 100 * value);
    }
}
