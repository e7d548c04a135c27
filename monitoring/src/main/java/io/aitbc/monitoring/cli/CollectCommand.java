package io.aitbc.monitoring.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Collects a window, and fetches its artifacts. */
@Command(
        name = "collect",
        description = "Collects what Prometheus saw of a session in a window of time, and waits until it is done.")
final class CollectCommand extends Subcommand {

    @Mixin
    SessionOption session = new SessionOption();

    @Option(
            names = "--from-iso",
            required = true,
            paramLabel = "TIME",
            description = "The window's beginning, such as 2026-01-01T10:00:00Z.")
    OffsetDateTime from = OffsetDateTime.MIN;

    @Option(names = "--to-iso", required = true, paramLabel = "TIME", description = "The window's end.")
    OffsetDateTime to = OffsetDateTime.MAX;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Fetch the artifacts into this folder, each run into one of its own, and verify them.")
    @Nullable
    Path out;

    @Option(
            names = "--kpi",
            paramLabel = "NAME",
            description = "A KPI to compute; may be given several times (default: those of the targets' types).")
    List<String> kpis = new ArrayList<>();

    @Option(
            names = "--threshold",
            paramLabel = "NAME:MIN:MAX",
            converter = Threshold.Converter.class,
            description =
                    "Between which values a KPI has to be, such as latency_p95_ms::250; may be given several times.")
    List<Threshold> thresholds = new ArrayList<>();

    @Option(
            names = "--timeout",
            defaultValue = "900",
            paramLabel = "SECONDS",
            description = "How long to wait after the window's end (default: ${DEFAULT-VALUE}).")
    int timeout;

    @Override
    public Integer call() {
        if (!from.toInstant().isBefore(to.toInstant())) {
            throw usage("--from-iso must be before --to-iso");
        }
        if (timeout < 1 || timeout > 86_400) {
            throw usage("--timeout must be within 1..86400, was " + timeout);
        }
        Downloads downloads = new Downloads(main.service(), session.path(), main.surroundings());
        if (out != null) {
            // Before the service works for nothing.
            downloads.makeFolder(out);
        }
        JsonNode run = finished();
        Path folder = out == null ? null : downloads.fetch(run.path("run_id").asText(), out);
        boolean isFail = run.path("verdict").asText().equals("FAIL");
        if (main.isJson) {
            ObjectNode json = run.isObject() ? run.deepCopy() : JsonNodeFactory.instance.objectNode();
            if (folder != null) {
                json.put("local_folder", folder.toString());
            }
            out().println(Json.text(json));
        } else {
            if (!run.path("kpis").isEmpty()) {
                Plain.table(out(), Views.kpis(run));
            }
            out().println(Plain.safe("Run " + run.path("run_id").asText() + " is collected"
                    + (run.hasNonNull("verdict")
                            ? ", verdict " + run.path("verdict").asText()
                            : "") + "."));
            if (folder != null) {
                out().println(Plain.safe("Artifacts: " + folder));
            }
        }
        return isFail ? ExitCode.CHECK_FAILED : ExitCode.OK;
    }

    /** Has the window collected, and gives the run when it is over. */
    private JsonNode finished() {
        ServiceClient service = main.service();
        RunWatch watch = new RunWatch(service, session.path(), main.surroundings(), main.isJson ? null : err());
        Duration untilEnd = Duration.between(main.surroundings().clock().instant(), to.toInstant());
        Duration longest = Duration.ofSeconds(timeout).plus(untilEnd.isNegative() ? Duration.ZERO : untilEnd);
        JsonNode run = watch.finished(service.post(session.path() + "/collect?wait=1", body()), longest);
        if (!run.path("state").asText().equals("COLLECTED")) {
            String why = run.path("failure").asText("");
            throw Failed.away(
                    "Run " + run.path("run_id").asText() + " is "
                            + run.path("state").asText("in no state") + (why.isEmpty() ? "." : ": " + why),
                    run);
        }
        return run;
    }

    private ObjectNode body() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("start_time", from.toInstant().toString());
        body.put("end_time", to.toInstant().toString());
        if (!kpis.isEmpty()) {
            body.set("kpis", Json.of(kpis));
        }
        if (!thresholds.isEmpty()) {
            ObjectNode all = body.putObject("thresholds");
            for (Threshold threshold : thresholds) {
                ObjectNode one = all.putObject(threshold.kpi());
                if (threshold.min() != null) {
                    one.put("min", threshold.min());
                }
                if (threshold.max() != null) {
                    one.put("max", threshold.max());
                }
            }
        }
        return body;
    }
}
