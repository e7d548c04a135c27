package io.aitbc.monitoring.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Adds a target to a session. */
@Command(name = "target-add", description = "Adds a target to a session, with all that can be said about it.")
final class TargetAddCommand extends Subcommand {

    @Mixin
    SessionOption session = new SessionOption();

    @Option(names = "--job-id", required = true, paramLabel = "JOB", description = "The id of the job that runs it.")
    String jobId = "";

    @Option(
            names = "--type",
            defaultValue = "custom",
            paramLabel = "TYPE",
            description = "vllm, qdrant, node, dcgm or custom (default: ${DEFAULT-VALUE}); each has KPIs of its own.")
    String type = "";

    @Option(
            names = "--job-name",
            paramLabel = "NAME",
            description = "Its name in Prometheus (default: the type, - and the job's id).")
    @Nullable
    String jobName;

    @Option(
            names = "--target",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Where it answers; may be given several times.")
    List<String> targets = new ArrayList<>();

    @Option(
            names = "--metrics-path",
            defaultValue = "/metrics",
            paramLabel = "PATH",
            description = "Default: ${DEFAULT-VALUE}.")
    String metricsPath = "";

    @Option(
            names = "--scheme",
            defaultValue = "http",
            paramLabel = "SCHEME",
            description = "http or https (default: ${DEFAULT-VALUE}).")
    String scheme = "";

    @Option(
            names = "--param",
            paramLabel = "NAME=VALUE",
            description = "A query parameter of each scrape; may be given several times.")
    List<String> params = new ArrayList<>();

    @Option(
            names = "--scrape-interval",
            paramLabel = "DURATION",
            description = "How often it is scraped, such as 15s (default: the session's).")
    @Nullable
    String scrapeInterval;

    @Option(
            names = "--scrape-timeout",
            paramLabel = "DURATION",
            description = "How long a scrape may take (default: the service's).")
    @Nullable
    String scrapeTimeout;

    @Override
    public Integer call() {
        NewTarget target = new NewTarget(
                jobId,
                type,
                jobName == null ? type + "-" + jobId : jobName,
                metricsPath,
                scheme,
                targets,
                params(),
                scrapeInterval,
                scrapeTimeout);
        ServiceClient.Answer answer = main.service().post(session.path() + "/targets", target.body());
        print(
                answer.body(),
                "Target " + target.jobName()
                        + (answer.status() == 201 ? " is registered." : " was registered already."));
        return ExitCode.OK;
    }

    private Map<String, List<String>> params() {
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (String param : params) {
            int equals = param.indexOf('=');
            if (equals < 1) {
                throw usage("--param must be NAME=VALUE, was '" + param + "'");
            }
            all.computeIfAbsent(param.substring(0, equals), none -> new ArrayList<>())
                    .add(param.substring(equals + 1));
        }
        return all;
    }
}
