package io.aitbc.monitoring.collect;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Prometheus' results as values. */
final class Samples {

    /** A value with its labels; it may be NaN or infinite. */
    record Labelled(Map<String, String> labels, double value) {

        Labelled {
            labels = Collections.unmodifiableMap(new TreeMap<>(labels));
        }

        String label(String name) {
            return labels.getOrDefault(name, "");
        }
    }

    private Samples() {}

    /** The result of an instant query: one value for each set of labels. Native histograms are passed over. */
    static List<Labelled> vector(JsonNode data) {
        JsonNode result = data.path("result");
        List<Labelled> all = new ArrayList<>();
        if (data.path("resultType").asText().equals("scalar")) {
            all.add(new Labelled(Map.of(), number(result.path(1).asText())));
            return all;
        }
        for (JsonNode series : result) {
            if (series.has("value")) {
                all.add(new Labelled(
                        labels(series.path("metric")),
                        number(series.path("value").path(1).asText())));
            }
        }
        return all;
    }

    static Map<String, String> labels(JsonNode metric) {
        Map<String, String> labels = new TreeMap<>();
        metric.fields()
                .forEachRemaining(
                        field -> labels.put(field.getKey(), field.getValue().asText()));
        return labels;
    }

    /** Milliseconds since 1970 of a point's time. */
    static long millis(JsonNode seconds) {
        BigDecimal exact = seconds.decimalValue().movePointRight(3);
        return exact.longValue();
    }

    static double number(String text) {
        return switch (text) {
            case "NaN" -> Double.NaN;
            case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }
}
