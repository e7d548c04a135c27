package io.aitbc.monitoring.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Of the service's answers, what a person wants to see at once. */
final class Views {

    private Views() {}

    /** A session with a line for each address that is scraped for it. */
    static JsonNode session(JsonNode status) {
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        status.properties().forEach(field -> view.set(field.getKey(), field.getValue()));
        if (status.path("targets").isArray()) {
            ArrayNode lines = view.putArray("targets");
            status.path("targets").forEach(target -> targets(target, lines));
        }
        return view;
    }

    private static void targets(JsonNode target, ArrayNode lines) {
        for (JsonNode instance : target.path("instances")) {
            ObjectNode line = lines.addObject();
            line.set("job_name", target.path("scrape_config").path("job_name"));
            line.set("type", target.path("target_type"));
            instance.properties().forEach(field -> line.set(field.getKey(), field.getValue()));
        }
    }

    /** A line for each KPI, or for each of its values; with its threshold, if it has one. */
    static ArrayNode kpis(JsonNode run) {
        Map<String, JsonNode> thresholds = new TreeMap<>();
        run.path("thresholds")
                .forEach(threshold -> thresholds.put(threshold.path("kpi").asText(), threshold));
        ArrayNode lines = JsonNodeFactory.instance.arrayNode();
        for (JsonNode kpi : run.path("kpis")) {
            ObjectNode line = line(lines, kpi, kpi.path("name").asText(), kpi.path("value"));
            JsonNode threshold = thresholds.get(kpi.path("name").asText());
            Set<JsonNode> failed = new HashSet<>();
            if (threshold != null) {
                threshold.path("failed").forEach(value -> failed.add(value.path("labels")));
            }
            if (threshold != null) {
                line.set("min", threshold.path("min"));
                line.set("max", threshold.path("max"));
                line.set("verdict", threshold.path("verdict"));
            }
            if (kpi.path("values").size() > 1) {
                kpi.path("values").forEach(value -> {
                    JsonNode labels = value.path("labels");
                    ObjectNode one = line(lines, kpi, "  " + Plain.cell(labels), value.path("value"));
                    if (threshold != null) {
                        one.put("verdict", failed.contains(labels) ? "FAIL" : "PASS");
                    }
                });
            }
        }
        return lines;
    }

    /** Two runs side by side. */
    static JsonNode comparison(JsonNode comparison) {
        JsonNode view = comparison.deepCopy();
        for (JsonNode row : view.path("rows")) {
            for (String run : List.of("a", "b")) {
                if (row instanceof ObjectNode both && row.has("value_" + run)) {
                    both.set("value_" + run, value(row.path("status_" + run), row.path("value_" + run)));
                }
            }
        }
        return view;
    }

    /** The true value of a capped quantile is higher. */
    private static JsonNode value(JsonNode status, JsonNode value) {
        return status.asText().equals("CAPPED_AT_INF") && value.isNumber()
                ? JsonNodeFactory.instance.textNode("> " + Plain.cell(value))
                : value;
    }

    private static ObjectNode line(ArrayNode lines, JsonNode kpi, String name, JsonNode value) {
        ObjectNode line = lines.addObject().put("name", name);
        line.set("value", value(kpi.path("status"), value));
        line.set("unit", kpi.path("unit"));
        line.set("status", kpi.path("status"));
        return line;
    }
}
