package io.aitbc.monitoring.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A target to be registered, as the service takes it.
 *
 * @param type one of {@link #TYPES}
 * @param targets host:port
 * @param params query parameters of the scrape
 * @param scrapeInterval null for the session's
 * @param scrapeTimeout null for the service's
 */
record NewTarget(
        String jobId,
        String type,
        String jobName,
        String metricsPath,
        String scheme,
        List<String> targets,
        Map<String, List<String>> params,
        @Nullable String scrapeInterval,
        @Nullable String scrapeTimeout) {

    static final Set<String> TYPES = Set.of("vllm", "qdrant", "node", "dcgm", "custom");

    JsonNode body() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("job_id", jobId);
        body.put("target_type", type);
        ObjectNode scrape = body.putObject("scrape_config");
        scrape.put("job_name", jobName);
        scrape.put("metrics_path", metricsPath);
        scrape.set("targets", Json.of(targets));
        scrape.put("scheme", scheme);
        if (!params.isEmpty()) {
            ObjectNode all = scrape.putObject("params");
            params.forEach((name, values) -> all.set(name, Json.of(values)));
        }
        if (scrapeInterval != null) {
            scrape.put("scrape_interval", scrapeInterval);
        }
        if (scrapeTimeout != null) {
            scrape.put("scrape_timeout", scrapeTimeout);
        }
        return body;
    }
}
