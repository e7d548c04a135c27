package io.aitbc.monitoring.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Sets two runs side by side. */
@Command(name = "compare", description = "Verifies two runs and sets their figures side by side; asks nobody.")
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
        List<String> changedA = main.surroundings().differences().apply(first);
        List<String> changedB = main.surroundings().differences().apply(second);
        JsonNode comparison = Json.of(main.surroundings().comparison().apply(first, second));
        if (main.isJson) {
            ObjectNode json = comparison.deepCopy();
            json.set("differences_a", Json.of(changedA));
            json.set("differences_b", Json.of(changedB));
            out().println(Json.text(json));
        } else {
            tell(first, changedA);
            tell(second, changedB);
            Plain.print(out(), Views.comparison(comparison));
        }
        return changedA.isEmpty() && changedB.isEmpty() ? ExitCode.OK : ExitCode.CHECK_FAILED;
    }

    private void tell(Path run, List<String> changed) {
        if (!changed.isEmpty()) {
            err().println(Plain.safe(run + " is not as it was written: " + String.join(" ", changed)));
        }
    }
}
