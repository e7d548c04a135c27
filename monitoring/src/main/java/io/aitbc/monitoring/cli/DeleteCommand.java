package io.aitbc.monitoring.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Removes a session. */
@Command(name = "delete", description = "Removes a session; artifacts that were written stay on the service's disk.")
final class DeleteCommand extends Subcommand {

    @Mixin
    SessionOption session = new SessionOption();

    @Override
    public Integer call() {
        main.service().delete(session.path());
        print(
                JsonNodeFactory.instance
                        .objectNode()
                        .put("session_id", session.id)
                        .put("deleted", true),
                "Session " + session.id + " is deleted.");
        return ExitCode.OK;
    }
}
