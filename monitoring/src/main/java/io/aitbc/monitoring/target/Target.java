package io.aitbc.monitoring.target;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Prometheus is to scrape for a session: one job, on one or more addresses.
 *
 * @param jobName the value of the label {@code job}; unique among those of its session that are not deleted
 * @param jobId what the benchmarker calls it, such as the id of a batch job
 * @param params query parameters of the scrape
 * @param targets addresses, each {@code host:port}; the values of the label {@code instance}
 * @param scrapeTimeout at most {@code scrapeInterval}
 * @param deletedAt null while it is there
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
        Instant createdAt,
        @Nullable Instant deletedAt) {

    public Target {
        params = Map.copyOf(params);
        targets = List.copyOf(targets);
    }

    /** How long of a window it was there. */
    public Duration within(Instant start, Instant end) {
        Instant from = createdAt.isAfter(start) ? createdAt : start;
        Instant to = deletedAt == null || deletedAt.isAfter(end) ? end : deletedAt;
        return from.isBefore(to) ? Duration.between(from, to) : Duration.ZERO;
    }

    /** Whether scrapes of it are due in a window: it was there for a whole interval of it, or throughout a shorter one. */
    public boolean isDueIn(Instant start, Instant end) {
        Duration there = within(start, end);
        return there.compareTo(scrapeInterval) >= 0 || there.equals(Duration.between(start, end));
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
                time,
                deletedAt);
    }
}
