package io.aitbc.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects figures, tells about progress, and prints the table at the end. */
final class Report {

    private final PrintStream out;
    private final List<Figure> figures = new ArrayList<>();
    private final long start = System.nanoTime();

    Report(PrintStream out) {
        this.out = out;
    }

    void progress(String what) {
        out.printf("%5.0f s  %s%n", (System.nanoTime() - start) / 1e9, what);
    }

    void add(Figure figure) {
        figures.add(figure);
        progress(figure.name() + ": " + figure.measured()
                + (Double.isNaN(figure.ratio())
                        ? ""
                        : ", " + Figure.number(figure.ratio()) + " × " + figure.against()));
    }

    /** Prints all figures as a Markdown table. */
    void print() {
        out.println();
        out.println("| figure | measured | against | ratio | goal | met |");
        out.println("|---|---|---|---|---|---|");
        figures.forEach(figure -> out.println(figure.row()));
    }

    /** Whether every promise holds. */
    boolean allMet() {
        return figures.stream().allMatch(Figure::met);
    }

    /** The middle one; with an even number the lower of the two in the middle. */
    static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[(sorted.length - 1) / 2];
    }
}
