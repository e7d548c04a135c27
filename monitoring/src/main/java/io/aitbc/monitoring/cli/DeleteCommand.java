package io.aitbc.monitoring.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Removes a session. */
@Command(name = "delete", description = "Removes a session; artifacts that were written stay on the service's disk.")
final class DeleteCommand extends Subcommand {

    @Mixin
    SessionOption session = new SessionOption();

    @Option(names = "--force", description = "Also when a run of it is not over; that ends without artifacts.")
    boolean isForced;

    @Override
    public Integer call() {
        main.service().delete(session.path() + (isForced ? "?force=true" : ""));
        print(
                JsonNodeFactory.instance
                        .objectNode()
                        .put("session_id", session.id)
                        .put("deleted", true),
                "Session " + session.id + " is deleted.");
        return ExitCode.OK;
    }
}
