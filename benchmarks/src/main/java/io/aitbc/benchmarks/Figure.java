package io.aitbc.benchmarks;

import java.util.Locale;

/**
 * One measured figure beside what it is compared with.
 *
 * @param measured with its unit
 * @param against the ceiling and its value; empty when the figure stands alone
 * @param ratio measured to ceiling; NaN when the figure stands alone
 * @param goal what is promised; empty when nothing is
 * @param met whether the promise holds; true when there is none
 */
record Figure(String name, String measured, String against, double ratio, String goal, boolean met) {

    /** A rate that should be at least so many times the ceiling. */
    static Figure atLeast(String name, double rate, String ceilingName, double ceiling, String unit, double goal) {
        double ratio = rate / ceiling;
        return new Figure(
                name,
                number(rate) + " " + unit,
                ceilingName + ": " + number(ceiling),
                ratio,
                "≥ " + number(goal) + " ×",
                ratio >= goal);
    }

    /** A time that should be at most so many times the ceiling's. */
    static Figure atMost(String name, double time, String ceilingName, double ceiling, String unit, double goal) {
        double ratio = time / ceiling;
        return new Figure(
                name,
                number(time) + " " + unit,
                ceilingName + ": " + number(ceiling),
                ratio,
                "≤ " + number(goal) + " ×",
                ratio <= goal);
    }

    /** A value that should stay within a fixed bound. */
    static Figure within(String name, double value, String unit, double bound) {
        return new Figure(
                name, number(value) + " " + unit, "", Double.NaN, "≤ " + number(bound) + " " + unit, value <= bound);
    }

    /** A value compared with another, without a promise. */
    static Figure compared(String name, double value, String ceilingName, double ceiling, String unit) {
        return new Figure(
                name, number(value) + " " + unit, ceilingName + ": " + number(ceiling), value / ceiling, "", true);
    }

    /** Something worth knowing. */
    static Figure note(String name, String text) {
        return new Figure(name, text, "", Double.NaN, "", true);
    }

    /** A row of a Markdown table. */
    String row() {
        String verdict = goal.isEmpty() ? "" : met ? "yes" : "**no**";
        String times = Double.isNaN(ratio) ? "" : number(ratio) + " ×";
        return "| " + String.join(" | ", name, measured, against, times, goal, verdict) + " |";
    }

    /** Three significant digits or more, no exponent. */
    static String number(double value) {
        double size = Math.abs(value);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }
}
