package io.aitbc.monitoring.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Sets two runs side by side. */
@Command(name = "compare", description = "Sets the figures of two runs side by side; asks nobody.")
final class CompareCommand extends Subcommand {

    @Parameters(index = "0", paramLabel = "A", description = "The folder of a run.")
    Path first = Path.of("");

    @Parameters(index = "1", paramLabel = "B", description = "The folder of another.")
    Path second = Path.of("");

    @Override
    public Integer call() {
        for (Path folder : List.of(first, second)) {
            if (!Files.isDirectory(folder)) {
                throw Failed.local("There is no folder " + folder + ".");
            }
        }
        JsonNode comparison = Json.of(main.surroundings().comparison().apply(first, second));
        if (main.isJson) {
            out().println(Json.text(comparison));
        } else {
            Plain.print(out(), comparison);
        }
        return ExitCode.OK;
    }
}
