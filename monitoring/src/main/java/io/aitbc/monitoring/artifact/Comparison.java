package io.aitbc.monitoring.artifact;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Two runs side by side. */
public record Comparison(List<Row> kpis) {

    /** A KPI in both. */
    public record Row(
            String name, @Nullable BigDecimal a, @Nullable BigDecimal b) {}

    /** Reads the manifests of two folders. */
    public static Comparison of(Path a, Path b) {
        Map<String, @Nullable BigDecimal> first = kpis(a);
        Map<String, @Nullable BigDecimal> second = kpis(b);
        List<Row> rows = new ArrayList<>();
        first.forEach((name, value) -> rows.add(new Row(name, value, second.get(name))));
        return new Comparison(rows);
    }

    private static Map<String, @Nullable BigDecimal> kpis(Path folder) {
        try {
            Map<String, @Nullable BigDecimal> values = new TreeMap<>();
            for (JsonNode kpi : new ObjectMapper()
                    .readTree(Files.readAllBytes(folder.resolve("MANIFEST.json")))
                    .path("kpis")) {
                values.put(
                        kpi.path("name").asText(),
                        kpi.path("value").isNumber() ? kpi.path("value").decimalValue() : null);
            }
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
