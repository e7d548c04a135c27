package io.aitbc.monitoring.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What all commands have: the service, and where to print. */
abstract class Subcommand implements Callable<Integer> {

    @ParentCommand
    MonitoringCommand main = MonitoringCommand.none();

    @Spec
    CommandSpec spec = CommandSpec.create();

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Prints JSON to whom wants JSON, and else a sentence with what it is about. */
    void print(JsonNode json, String sentence) {
        if (main.isJson) {
            out().println(Json.text(json));
        } else {
            out().println(Plain.safe(sentence));
        }
    }

    ParameterException usage(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}
