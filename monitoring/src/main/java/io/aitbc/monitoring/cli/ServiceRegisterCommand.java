package io.aitbc.monitoring.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Adds a service's metrics endpoint to a session, by its URL. */
@Command(name = "service-register", description = "Adds the metrics endpoint of a service to a session, by its URL.")
final class ServiceRegisterCommand extends Subcommand {

    @Mixin
    SessionOption session = new SessionOption();

    @Option(names = "--job-id", required = true, paramLabel = "JOB", description = "The id of the job that runs it.")
    String jobId = "";

    @Option(
            names = "--name",
            required = true,
            paramLabel = "NAME",
            description = "What it is: vllm, qdrant, node or dcgm; any other name is a target of the type custom.")
    String name = "";

    @Option(
            names = "--endpoint",
            required = true,
            paramLabel = "URL",
            description = "Where its metrics are, such as http://server-api:8001/metrics/vllm/3607637.")
    String endpoint = "";

    @Override
    public Integer call() {
        URI uri = endpoint();
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int port = uri.getPort() > 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
        String path = uri.getPath().isEmpty() ? "/metrics" : uri.getPath();
        NewTarget target = new NewTarget(
                jobId,
                NewTarget.TYPES.contains(name) ? name : "custom",
                name + "-" + jobId,
                path,
                scheme,
                List.of(uri.getHost() + ":" + port),
                params(uri.getRawQuery()),
                null,
                null);
        ServiceClient.Answer answer = main.service().post(session.path() + "/targets", target.body());
        print(
                answer.body(),
                "Target " + target.jobName()
                        + (answer.status() == 201 ? " is registered." : " was registered already."));
        return ExitCode.OK;
    }

    private URI endpoint() {
        try {
            URI uri = new URI(endpoint);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if ((scheme.equals("http") || scheme.equals("https"))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw usage("--endpoint must be an http or https URL such as http://server-api:8001/metrics, was '" + endpoint
                + "'");
    }

    private static Map<String, List<String>> params(@Nullable String query) {
        Map<String, List<String>> params = new LinkedHashMap<>();
        if (query != null) {
            for (String pair : query.split("&")) {
                String[] parts = pair.split("=", 2);
                params.computeIfAbsent(decoded(parts[0]), none -> new ArrayList<>())
                        .add(parts.length == 2 ? decoded(parts[1]) : "");
            }
        }
        return params;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
