package io.aitbc.monitoring.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** JSON as a person reads it: values by name, lists of like things as tables. */
final class Plain {

    /** Longer numbers are rounded to so many digits. */
    private static final int SHOWN = 6;

    private static final int MOST_SHOWN = 8;

    private Plain() {}

    /** Without characters that would command the terminal. */
    static String safe(String text) {
        return text.replaceAll("[\\p{Cntrl}&&[^\\n\\t]]", "?");
    }

    static void print(PrintWriter out, JsonNode json) {
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (!isTable(field.getValue())) {
                out.println(safe(field.getKey() + ": " + cell(field.getValue())));
            }
        }
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (isTable(field.getValue())) {
                out.println();
                out.println(safe(field.getKey() + ":"));
                table(out, field.getValue());
            }
        }
    }

    /** A table of objects; a column for each name that one of them has. */
    static void table(PrintWriter out, JsonNode rows) {
        Set<String> names = new LinkedHashSet<>();
        rows.forEach(row -> row.fieldNames().forEachRemaining(names::add));
        List<List<String>> lines = new ArrayList<>();
        lines.add(names.stream().map(Plain::oneLine).toList());
        rows.forEach(row -> lines.add(
                names.stream().map(name -> oneLine(cell(row.path(name)))).toList()));
        int[] widths = new int[names.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                text.append(line.get(i))
                        .append(" ".repeat(widths[i] - line.get(i).length() + 2));
            }
            out.println(text.toString().stripTrailing());
        }
    }

    private static boolean isTable(JsonNode value) {
        return value.isArray() && !value.isEmpty() && value.get(0).isObject();
    }

    private static String oneLine(String text) {
        return safe(text).replaceAll("[\\n\\t]+", " ");
    }

    static String cell(JsonNode value) {
        if (value.isNull() || value.isMissingNode()) {
            return "-";
        }
        if (value.isContainerNode() && value.isEmpty()) {
            return "-";
        }
        if (value.isArray()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(Plain::cell)
                    .collect(Collectors.joining(", "));
        }
        if (value.isObject()) {
            return value.properties().stream()
                    .map(field -> field.getKey() + "=" + cell(field.getValue()))
                    .collect(Collectors.joining(", "));
        }
        if (value.isFloatingPointNumber() && Double.isFinite(value.asDouble())) {
            BigDecimal number = value.decimalValue();
            // What stands before the point is never rounded away.
            int whole = Math.max(SHOWN, number.precision() - number.scale());
            return number.precision() <= MOST_SHOWN
                    ? number.toPlainString()
                    : number.round(new MathContext(whole)).stripTrailingZeros().toPlainString();
        }
        return value.asText();
    }
}
