package io.aitbc.monitoring.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A command cannot do what it was told to: a sentence, and the exit status. */
final class Failed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final transient JsonNode problem;

    private Failed(int exitCode, String message, JsonNode problem) {
        super(message);
        this.exitCode = exitCode;
        this.problem = problem;
    }

    /** The service refuses; the problem is its own. */
    static Failed refused(int status, String detail, JsonNode problem) {
        return new Failed(ExitCode.REFUSED, "The service refuses (" + status + "): " + detail, problem);
    }

    /** The service, or Prometheus behind it, is away or failed. */
    static Failed away(String sentence, JsonNode problem) {
        return new Failed(ExitCode.AWAY, sentence, problem);
    }

    /** The service, or Prometheus behind it, is away or failed. */
    static Failed away(String sentence) {
        return away(sentence, JsonNodeFactory.instance.missingNode());
    }

    /** Files on this machine cannot be read or written. */
    static Failed local(String sentence) {
        return new Failed(ExitCode.LOCAL, sentence, JsonNodeFactory.instance.missingNode());
    }

    /** The arguments cannot be understood. */
    static Failed usage(String sentence) {
        return new Failed(ExitCode.USAGE, sentence, JsonNodeFactory.instance.missingNode());
    }

    /** A fault of this program. */
    static Failed bug(Throwable fault) {
        return new Failed(
                ExitCode.BUG, "This is a fault of this program: " + fault, JsonNodeFactory.instance.missingNode());
    }

    int exitCode() {
        return exitCode;
    }

    /** As a script reads it: the service's own problem details, if any, and what is known here. */
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("exit_code", exitCode);
        json.put("message", getMessage());
        if (problem.isObject()) {
            json.set("problem", problem);
        }
        return json;
    }
}
