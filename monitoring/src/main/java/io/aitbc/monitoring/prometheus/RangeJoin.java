package io.aitbc.monitoring.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Answers to the parts of a range, as one. */
final class RangeJoin {

    private final ObjectMapper json;
    private final Map<JsonNode, ArrayNode> values = new LinkedHashMap<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private final Set<String> infos = new LinkedHashSet<>();

    RangeJoin(ObjectMapper json) {
        this.json = json;
    }

    void add(PrometheusClient.Reply part) {
        warnings.addAll(part.warnings());
        infos.addAll(part.infos());
        for (JsonNode series : part.data().path("result")) {
            if (series.path("values") instanceof ArrayNode points) {
                values.computeIfAbsent(series.path("metric"), metric -> json.createArrayNode())
                        .addAll(points);
            }
        }
    }

    PrometheusClient.Reply joined() {
        ObjectNode data = json.createObjectNode().put("resultType", "matrix");
        ArrayNode result = data.putArray("result");
        values.forEach((metric, points) -> {
            ObjectNode series = result.addObject();
            series.set("metric", metric);
            series.set("values", points);
        });
        return new PrometheusClient.Reply(data, List.copyOf(warnings), List.copyOf(infos));
    }
}
