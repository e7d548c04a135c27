package io.aitbc.poolhub.console;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Figures over time, drawn by the script where there is one and written below in any case.
 *
 * @param title what is shown
 * @param unit of all values, such as {@code %}
 * @param said what one sees in it, in a sentence: for who cannot
 * @param at the moments of all lines
 */
record Plot(String title, String unit, String said, List<Instant> at, List<Line> lines) {

    /** How a line is drawn. */
    enum Kind {
        LINE,
        /** Holds from one moment until the next. */
        STEP,
        /** A limit: dashed. */
        LIMIT,
        /** The upper end of a band whose lower end is the line after it. */
        BAND
    }

    /** One line; null where there is no value. */
    record Line(String name, Kind kind, List<@Nullable Double> values) {}

    Plot {
        at = List.copyOf(at);
        lines = List.copyOf(lines);
        for (Line line : lines) {
            if (line.values().size() != at.size()) {
                throw new IllegalArgumentException(
                        line.name() + " has " + line.values().size() + " values for " + at.size() + " moments");
            }
        }
    }
}
