package io.aitbc.e2e.grafana;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The dashboards as they are shipped. */
public final class Dashboards {

    /** Where Grafana's files are. */
    public static final Path FOLDER = Path.of("..", "infra", "grafana");

    private static final ObjectMapper JSON = new ObjectMapper();

    private Dashboards() {}

    /**
     * One query of a panel.
     *
     * @param name {@code dashboard / panel / letter}
     * @param atOnce whether Grafana asks for the present value only
     */
    public record Query(String name, String expression, boolean atOnce) {

        /** As Grafana sends it, with all of everything chosen, and two scrapes of 10 s at least in a window. */
        public String filled() {
            String filled = expression;
            for (Map.Entry<String, String> variable : Map.of(
                            "$__rate_interval", "20s",
                            "$__range", "60s",
                            "$service", "pool-hub|coordinator-api|monitoring",
                            "$pool", ".*",
                            "$miner", ".*",
                            "$model", ".*",
                            "$node", ".*")
                    .entrySet()) {
                filled = filled.replace(variable.getKey(), variable.getValue());
            }
            // Where one service is chosen, and not some.
            return filled.replace("job=\"pool-hub|coordinator-api|monitoring\"", "job=\"pool-hub\"");
        }
    }

    /** All of them, by file name. */
    public static List<JsonNode> all() {
        try (Stream<Path> files = Files.list(FOLDER.resolve("dashboards"))) {
            List<JsonNode> all = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                all.add(JSON.readTree(file.toFile()));
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All queries of all panels. */
    public static List<Query> queries() {
        List<Query> queries = new ArrayList<>();
        for (JsonNode dashboard : all()) {
            for (JsonNode panel : dashboard.path("panels")) {
                for (JsonNode target : panel.path("targets")) {
                    String name = dashboard.path("title").asText() + " / "
                            + panel.path("title").asText() + " / "
                            + target.path("refId").asText();
                    queries.add(new Query(
                            name,
                            target.path("expr").asText(),
                            target.path("instant").asBoolean()));
                }
            }
        }
        return queries;
    }
}
