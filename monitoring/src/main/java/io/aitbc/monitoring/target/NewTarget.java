package io.aitbc.monitoring.target;

import io.aitbc.service.web.KnownFieldsOnly;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A target to be scraped, as it is asked for.
 *
 * @param jobId a number or a text
 * @param targetType vllm, qdrant, node, dcgm or custom
 */
@KnownFieldsOnly
record NewTarget(
        @Nullable String jobId,
        @Nullable String targetType,
        @Nullable ScrapeConfig scrapeConfig) {

    /**
     * How, in the words of Prometheus.
     *
     * @param metricsPath {@code /metrics} when null
     * @param targets each {@code host:port}
     * @param scheme {@code http} when null
     * @param params query parameters; none when null
     * @param scrapeInterval the session's when null
     * @param scrapeTimeout DEFAULT_SCRAPE_TIMEOUT when null, or the interval where that is shorter
     */
    @KnownFieldsOnly
    record ScrapeConfig(
            @Nullable String jobName,
            @Nullable String metricsPath,
            @Nullable List<@Nullable String> targets,
            @Nullable String scheme,
            @Nullable Map<String, @Nullable List<@Nullable String>> params,
            @Nullable String scrapeInterval,
            @Nullable String scrapeTimeout) {}
}
