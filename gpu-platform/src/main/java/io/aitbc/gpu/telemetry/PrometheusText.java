package io.aitbc.gpu.telemetry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the Prometheus text format 0.0.4 (and OpenMetrics as far as it is alike): label values with escapes, NaN and
 * infinities, timestamps, comments, CRLF. A body whose last line has no end was cut short.
 */
final class PrometheusText {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
    private static final Pattern VALUE = Pattern.compile(
            "[ \\t]+([-+]?(?:\\d+\\.?\\d*(?:[eE][-+]?\\d+)?|\\.\\d+(?:[eE][-+]?\\d+)?|(?i:nan|inf|infinity)))"
                    + "(?:[ \\t]+(-?\\d+(?:\\.\\d+)?))?[ \\t]*(?:# .*)?");

    /** One series at one moment. */
    record Point(String name, Map<String, String> labels, double value) {}

    private final String text;
    private int position;

    private PrometheusText(String text) {
        this.text = text;
    }

    /** @throws TelemetryUnavailable naming the line that is not of this format */
    static List<Point> parse(String body) throws TelemetryUnavailable {
        if (!body.endsWith("\n")) {
            throw new TelemetryUnavailable(
                    body.isEmpty()
                            ? "the exporter's answer is empty"
                            : "the exporter's answer ends in the middle of a line");
        }
        List<Point> points = new ArrayList<>();
        int number = 0;
        int start = 0;
        while (start < body.length()) {
            int end = body.indexOf('\n', start);
            int last = end > start && body.charAt(end - 1) == '\r' ? end - 1 : end;
            String line = body.substring(start, last);
            number++;
            start = end + 1;
            if (!line.isBlank() && line.stripLeading().charAt(0) != '#') {
                try {
                    points.add(new PrometheusText(line.strip()).point());
                } catch (IllegalArgumentException e) {
                    throw new TelemetryUnavailable(
                            "the exporter's answer is not Prometheus text in line " + number + ": " + e.getMessage(),
                            e);
                }
            }
        }
        return points;
    }

    private Point point() {
        String name = take(NAME, "a metric name");
        Map<String, String> labels = new HashMap<>();
        if (at('{')) {
            labels(labels);
        }
        Matcher matcher = VALUE.matcher(text).region(position, text.length());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a value is expected after " + name);
        }
        return new Point(name, labels, number(matcher.group(1)));
    }

    private void labels(Map<String, String> labels) {
        position++;
        skipBlanks();
        while (!at('}')) {
            String label = take(LABEL, "a label name");
            skipBlanks();
            expect('=');
            skipBlanks();
            expect('"');
            if (labels.put(label, quoted()) != null) {
                throw new IllegalArgumentException("the label " + label + " stands there twice");
            }
            skipBlanks();
            if (at(',')) {
                position++;
                skipBlanks();
            } else if (!at('}')) {
                throw new IllegalArgumentException("a comma or a closing brace is expected");
            }
        }
        position++;
    }

    private String quoted() {
        StringBuilder value = new StringBuilder();
        while (position < text.length()) {
            char c = text.charAt(position++);
            if (c == '"') {
                return value.toString();
            }
            if (c != '\\') {
                value.append(c);
                continue;
            }
            char escaped = position < text.length() ? text.charAt(position++) : ' ';
            switch (escaped) {
                case 'n' -> value.append('\n');
                case '\\', '"' -> value.append(escaped);
                // As Prometheus itself: what is no escape stands for itself.
                default -> value.append('\\').append(escaped);
            }
        }
        throw new IllegalArgumentException("a label value has no end");
    }

    private static double number(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "nan", "+nan", "-nan" -> Double.NaN;
            case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private String take(Pattern pattern, String what) {
        Matcher matcher = pattern.matcher(text).region(position, text.length());
        if (!matcher.lookingAt()) {
            throw new IllegalArgumentException(what + " is expected");
        }
        position = matcher.end();
        return matcher.group();
    }

    private void expect(char c) {
        if (!at(c)) {
            throw new IllegalArgumentException("'" + c + "' is expected");
        }
        position++;
    }

    private boolean at(char c) {
        return position < text.length() && text.charAt(position) == c;
    }

    private void skipBlanks() {
        while (at(' ') || at('\t')) {
            position++;
        }
    }
}
