package io.aitbc.monitoring.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Ends a session's scraping. */
@Command(name = "stop", description = "Ends the scraping of a session; what was scraped can still be collected.")
final class StopCommand extends Subcommand {

    @Mixin
    SessionOption session = new SessionOption();

    @Override
    public Integer call() {
        ServiceClient.Answer answer =
                main.service().post(session.path() + "/stop", JsonNodeFactory.instance.objectNode());
        print(answer.body(), "Session " + session.id + " is stopped.");
        return ExitCode.OK;
    }
}
