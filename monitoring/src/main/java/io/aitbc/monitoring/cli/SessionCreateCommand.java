package io.aitbc.monitoring.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a session. */
@Command(name = "session-create", description = "Makes a benchmark session.")
final class SessionCreateCommand extends Subcommand {

    @Option(
            names = {"--session-id", "--session"},
            paramLabel = "ID",
            description = "Its id (default: the service makes one up).")
    @Nullable
    String id;

    @Option(
            names = "--scrape-interval",
            paramLabel = "DURATION",
            description = "How often its targets are scraped, such as 15s (default: the service's).")
    @Nullable
    String scrapeInterval;

    @Option(
            names = "--label",
            paramLabel = "NAME=VALUE",
            description = "A label on every series of its targets; may be given several times.")
    Map<String, String> labels = new LinkedHashMap<>();

    @Override
    public Integer call() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (id != null) {
            body.put("session_id", id);
        }
        if (scrapeInterval != null) {
            body.put("scrape_interval", scrapeInterval);
        }
        if (!labels.isEmpty()) {
            ObjectNode all = body.putObject("labels");
            labels.forEach(all::put);
        }
        ServiceClient.Answer answer = main.service().post("/api/v1/sessions", body);
        String made = answer.body().path("session_id").asText(id == null ? "" : id);
        print(answer.body(), "Session " + made + (answer.status() == 201 ? " is there." : " was there already."));
        return ExitCode.OK;
    }
}
