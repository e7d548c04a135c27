package io.aitbc.monitoring.cli;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows where a session stands. */
@Command(name = "status", description = "Shows where a session and its targets stand; without --session, the sessions.")
final class StatusCommand extends Subcommand {

    @Option(names = "--session", paramLabel = "ID", description = "The session's id (default: a list of all sessions).")
    @Nullable
    String id;

    @Option(names = "--cursor", paramLabel = "CURSOR", description = "Where the list goes on, as its last line says.")
    @Nullable
    String cursor;

    @Override
    public Integer call() {
        if (id != null && cursor != null) {
            throw usage("--cursor is for the list of all sessions, without --session");
        }
        String path = "/api/v1/sessions";
        if (id != null) {
            path += "/" + ServiceClient.part(id);
        } else if (cursor != null) {
            path += "?cursor=" + ServiceClient.part(cursor);
        }
        JsonNode answer = main.service().get(path).body();
        if (main.isJson) {
            out().println(Json.text(answer));
        } else if (id != null) {
            Plain.print(out(), Views.session(answer));
        } else {
            list(answer);
        }
        return ExitCode.OK;
    }

    private void list(JsonNode answer) {
        if (answer.path("items").isEmpty()) {
            out().println("There is no session.");
            return;
        }
        Plain.table(out(), answer.path("items"));
        if (answer.hasNonNull("next")) {
            out().println(Plain.safe("More: --cursor " + answer.path("next").asText()));
        }
    }
}
