package io.aitbc.monitoring.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks Prometheus, through the service. */
@Command(name = "query", description = "Asks Prometheus through the service: at one time, or over a range.")
final class QueryCommand extends Subcommand {

    @Parameters(paramLabel = "PROMQL", description = "The expression.")
    String query = "";

    @Option(names = "--time", paramLabel = "TIME", description = "When, such as 2026-01-01T10:00:00Z (default: now).")
    @Nullable
    OffsetDateTime time;

    @Option(names = "--from-iso", paramLabel = "TIME", description = "The beginning of a range.")
    @Nullable
    OffsetDateTime from;

    @Option(names = "--to-iso", paramLabel = "TIME", description = "The end of a range.")
    @Nullable
    OffsetDateTime to;

    @Option(names = "--step", paramLabel = "DURATION", description = "Between two points of a range, such as 15s.")
    @Nullable
    String step;

    @Override
    public Integer call() {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("query", query);
        String path = "/api/v1/prometheus/query";
        if (from != null && to != null && step != null && time == null) {
            path = "/api/v1/prometheus/query_range";
            body.put("start", from.toInstant().toString());
            body.put("end", to.toInstant().toString());
            body.put("step", step);
        } else if (from != null || to != null || step != null) {
            throw usage("A range needs --from-iso, --to-iso and --step, and no --time");
        } else if (time != null) {
            body.put("time", time.toInstant().toString());
        }
        JsonNode answer = main.service().post(path, body).body();
        if (main.isJson) {
            out().println(Json.text(answer));
            return ExitCode.OK;
        }
        for (String kind : new String[] {"warnings", "infos"}) {
            answer.path(kind).forEach(warning -> err().println(Plain.safe("Prometheus: " + warning.asText())));
        }
        JsonNode data = answer.has("data") ? answer.path("data") : answer;
        show(data.path("result"), data.path("resultType").asText());
        return ExitCode.OK;
    }

    private void show(JsonNode result, String type) {
        if (type.equals("scalar") || type.equals("string")) {
            out().println(Plain.safe(result.path(1).asText()));
            return;
        }
        if (result.isEmpty()) {
            out().println("No data.");
        }
        for (JsonNode series : result) {
            String labels = series.path("metric").properties().stream()
                    .map(label -> label.getKey() + "=\"" + label.getValue().asText() + "\"")
                    .collect(Collectors.joining(", ", "{", "}"));
            if (series.has("values")) {
                out().println(Plain.safe(labels));
                series.path("values")
                        .forEach(point -> out().println("  " + when(point.path(0)) + "  "
                                + Plain.safe(point.path(1).asText())));
            } else {
                out().println(Plain.safe(
                        labels + " " + series.path("value").path(1).asText()));
            }
        }
    }

    private static Instant when(JsonNode seconds) {
        return Instant.ofEpochMilli(seconds.decimalValue().movePointRight(3).longValue());
    }
}
