package io.aitbc.monitoring.target;

import io.aitbc.monitoring.session.Durations;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A target as it is shown: as it was asked for, and how Prometheus finds it.
 *
 * @param instances each of its addresses
 */
record TargetView(
        String sessionId,
        String jobId,
        String targetType,
        ScrapeConfig scrapeConfig,
        Instant createdAt,
        List<Sighting> instances) {

    record ScrapeConfig(
            String jobName,
            String metricsPath,
            List<String> targets,
            String scheme,
            Map<String, List<String>> params,
            String scrapeInterval,
            String scrapeTimeout) {}

    static TargetView of(Target target, Sightings sightings) {
        return new TargetView(
                target.sessionId(),
                target.jobId(),
                target.type().name().toLowerCase(Locale.ROOT),
                new ScrapeConfig(
                        target.jobName(),
                        target.metricsPath(),
                        target.targets(),
                        target.scheme(),
                        new TreeMap<>(target.params()),
                        Durations.print(target.scrapeInterval()),
                        Durations.print(target.scrapeTimeout())),
                target.createdAt(),
                sightings.of(target));
    }
}
