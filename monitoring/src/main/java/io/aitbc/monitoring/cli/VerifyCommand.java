package io.aitbc.monitoring.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Looks whether artifacts are as they were written. Asks nobody. */
@Command(
        name = "verify",
        description = "Looks whether the artifacts in a folder are as they were written; asks nobody.")
final class VerifyCommand extends Subcommand {

    @Parameters(paramLabel = "DIR", description = "The folder of a run, with its MANIFEST.json.")
    Path folder = Path.of("");

    @Override
    public Integer call() {
        if (!Files.isDirectory(folder)) {
            throw Failed.local("There is no folder " + folder + ".");
        }
        List<String> differences = main.surroundings().differences().apply(folder);
        if (main.isJson) {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.put("folder", folder.toString()).put("ok", differences.isEmpty());
            json.set("differences", Json.of(differences));
            out().println(Json.text(json));
        } else if (differences.isEmpty()) {
            out().println(Plain.safe(folder + " is as it was written."));
        } else {
            differences.forEach(difference -> out().println(Plain.safe(difference)));
        }
        return differences.isEmpty() ? ExitCode.OK : ExitCode.CHECK_FAILED;
    }
}
