package io.aitbc.forecasting.cli;

import io.aitbc.forecasting.HourForecast;
import io.aitbc.forecasting.cli.Replay.Made;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The last week or so of forecasts with their bands, and what came, as a drawing. */
final class BandPlot {

    private static final int WIDTH = 960;
    private static final int HEIGHT = 420;
    private static final int LEFT = 80;
    private static final int TOP = 50;
    private static final int BOTTOM = 50;
    private static final int WEEK = 168;
    private static final int BEFORE = 48;

    private final Replay replay;
    private final Deque<Made> shown = new ArrayDeque<>();
    private final int from;
    private final int to;
    private final double top;
    private final StringBuilder svg = new StringBuilder();

    private BandPlot(Replay replay) {
        this.replay = replay;
        List<Made> all = replay.forecasts();
        for (int i = all.size() - 1; i >= 0; i--) {
            Made made = all.get(i);
            boolean apart = shown.isEmpty()
                    || made.origin() + replay.horizon() <= shown.getFirst().origin();
            if (apart && (shown.size() + 1) * replay.horizon() <= Math.max(WEEK, replay.horizon())) {
                shown.addFirst(made);
            }
        }
        from = Math.max(0, shown.getFirst().origin() - BEFORE);
        to = shown.getLast().origin() + replay.horizon();
        double highest = 0;
        for (int hour = from; hour < to; hour++) {
            double value = replay.series().at(hour);
            highest = Double.isFinite(value) ? Math.max(highest, value) : highest;
        }
        for (Made made : shown) {
            for (HourForecast hour : made.ours().hours()) {
                highest = Math.max(highest, hour.central95().high());
            }
        }
        top = highest > 0 ? highest * 1.05 : 1;
    }

    static String svg(Replay replay, String column) {
        return new BandPlot(replay).draw(column.replace("&", "&amp;").replace("<", "&lt;"));
    }

    private String draw(String column) {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">%n",
                WIDTH, HEIGHT);
        add("<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>%n", WIDTH, HEIGHT);
        add(
                "<text x=\"%d\" y=\"22\" font-size=\"15\">%s: forecasts %d h ahead, each from the past alone</text>%n",
                LEFT, column, replay.horizon());
        legend();
        axes();
        for (Made made : shown) {
            area(made, hour -> hour.central95().low(), hour -> hour.central95().high(), "#d6e4f5");
            area(made, hour -> hour.central80().low(), hour -> hour.central80().high(), "#a9c8ec");
        }
        for (Made made : shown) {
            StringBuilder points = new StringBuilder();
            made.ours().hours().forEach(hour -> points.append(point(made.origin() + hour.hour() - 1, hour.p50())));
            line(points, "#1f5fa8", 2);
        }
        StringBuilder points = new StringBuilder();
        for (int hour = from; hour < to; hour++) {
            double value = replay.series().at(hour);
            if (Double.isFinite(value)) {
                points.append(point(hour, value));
            } else {
                line(points, "#111", 1.3);
                points.setLength(0);
            }
        }
        line(points, "#111", 1.3);
        return svg.append("</svg>\n").toString();
    }

    private void legend() {
        String[][] entries = {
            {"#111", "what came"},
            {"#1f5fa8", "forecast (p50)"},
            {"#a9c8ec", "80 % interval"},
            {"#d6e4f5", "95 % interval"}
        };
        for (int i = 0; i < entries.length; i++) {
            int x = LEFT + i * 150;
            add("<rect x=\"%d\" y=\"32\" width=\"14\" height=\"8\" fill=\"%s\"/>", x, entries[i][0]);
            add("<text x=\"%d\" y=\"40\">%s</text>%n", x + 20, entries[i][1]);
        }
    }

    private void axes() {
        double step = Math.pow(10, Math.floor(Math.log10(top)));
        step = top / step < 2 ? step / 4 : top / step < 5 ? step / 2 : step;
        for (double value = 0; value <= top; value += step) {
            add(
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#e5e5e5\"/>",
                    LEFT, WIDTH - 20, y(value), y(value));
            add("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n", LEFT - 8, y(value) + 4, label(value));
        }
        int days = Math.max(1, (to - from) / 24 / 10);
        for (int hour = from; hour < to; hour += 24 * days) {
            add("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d</text>%n", x(hour), HEIGHT - BOTTOM + 20, hour);
        }
        add("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">hour</text>%n", (LEFT + WIDTH) / 2, HEIGHT - 10);
    }

    private static String label(double value) {
        return value == Math.rint(value) && value < 1e7
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.3g", value);
    }

    private void area(
            Made made, ToDoubleFunction<HourForecast> low, ToDoubleFunction<HourForecast> high, String color) {
        StringBuilder points = new StringBuilder();
        List<HourForecast> hours = made.ours().hours();
        hours.forEach(hour -> points.append(point(made.origin() + hour.hour() - 1, high.applyAsDouble(hour))));
        for (int i = hours.size() - 1; i >= 0; i--) {
            points.append(point(made.origin() + i, low.applyAsDouble(hours.get(i))));
        }
        add("<polygon points=\"%s\" fill=\"%s\"/>%n", points.toString().strip(), color);
    }

    private void line(StringBuilder points, String color, double width) {
        if (points.length() > 0) {
            add(
                    "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\"/>%n",
                    points.toString().strip(), color, width);
        }
    }

    private String point(int hour, double value) {
        return String.format(Locale.ROOT, "%.1f,%.1f ", x(hour), y(value));
    }

    private double x(int hour) {
        return LEFT + (WIDTH - 20.0 - LEFT) * (hour - from) / Math.max(1, to - 1 - from);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * Math.min(1, value / top);
    }

    private void add(String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments));
    }
}
