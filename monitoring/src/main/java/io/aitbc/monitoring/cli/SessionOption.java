package io.aitbc.monitoring.cli;

import picocli.CommandLine.Option;

/** Which session a command is about. */
final class SessionOption {

    @Option(names = "--session", required = true, paramLabel = "ID", description = "The session's id.")
    String id = "";

    String path() {
        return "/api/v1/sessions/" + ServiceClient.part(id);
    }
}
