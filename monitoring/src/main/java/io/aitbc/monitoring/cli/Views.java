package io.aitbc.monitoring.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
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
            if (threshold != null) {
                line.set("min", threshold.path("min"));
                line.set("max", threshold.path("max"));
                line.set("verdict", threshold.path("verdict"));
            }
            if (kpi.path("values").size() > 1) {
                kpi.path("values")
                        .forEach(value ->
                                line(lines, kpi, "  " + Plain.cell(value.path("labels")), value.path("value")));
            }
        }
        return lines;
    }

    private static ObjectNode line(ArrayNode lines, JsonNode kpi, String name, JsonNode value) {
        ObjectNode line = lines.addObject().put("name", name);
        line.set("value", value);
        line.set("unit", kpi.path("unit"));
        line.set("status", kpi.path("status"));
        return line;
    }
}
