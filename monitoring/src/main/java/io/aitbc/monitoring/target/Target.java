package io.aitbc.monitoring.target;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What Prometheus is to scrape for a session: one job, on one or more addresses.
 *
 * @param jobName the value of the label {@code job}; unique within its session
 * @param jobId what the benchmarker calls it, such as the id of a batch job
 * @param params query parameters of the scrape
 * @param targets addresses, each {@code host:port}; the values of the label {@code instance}
 * @param scrapeTimeout at most {@code scrapeInterval}
 */
public record Target(
        String sessionId,
        String jobName,
        String jobId,
        TargetType type,
        String metricsPath,
        String scheme,
        Map<String, List<String>> params,
        List<String> targets,
        Duration scrapeInterval,
        Duration scrapeTimeout,
        Instant createdAt) {

    public Target {
        params = Map.copyOf(params);
        targets = List.copyOf(targets);
    }

    /** The same, made at that time. */
    Target at(Instant time) {
        return new Target(
                sessionId,
                jobName,
                jobId,
                type,
                metricsPath,
                scheme,
                params,
                targets,
                scrapeInterval,
                scrapeTimeout,
                time);
    }
}
