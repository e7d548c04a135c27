package io.aitbc.monitoring.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.monitoring.prometheus.PrometheusClient;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.yaml.snakeyaml.nodes.Node;

/** What Prometheus runs, as it says itself. */
final class RunningConfig {

    private static final Duration PAUSE = Duration.ofMillis(200);

    private record Address(String job, String instance) {}

    private final PrometheusClient prometheus;
    private final Duration patience;

    /** @param patience how long it may take until it scrapes what it was told */
    RunningConfig(PrometheusClient prometheus, Duration patience) {
        this.prometheus = prometheus;
        this.patience = patience;
    }

    /** When it last read its configuration; in whole seconds. */
    Instant loadedAt() {
        try {
            return OffsetDateTime.parse(info().path("lastConfigTime").asText()).toInstant();
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }

    /** Our jobs that it runs, by name. */
    List<ScrapeJob> jobs() {
        return items().stream()
                .flatMap(item -> ScrapeJob.running(item).stream())
                .toList();
    }

    /** Has it read its file. */
    void reload() {
        prometheus.reload();
    }

    /**
     * What it does not run of what it was told; empty when it runs all.
     *
     * @param before when it had read its configuration before
     */
    Optional<String> missing(PrometheusYaml told, Instant before) throws InterruptedException {
        if (!loadedAt().isAfter(before)) {
            // Twice within one of its seconds looks like once.
            TimeUnit.SECONDS.sleep(1);
            reload();
        }
        if (!info().path("reloadConfigSuccess").asBoolean()) {
            return Optional.of("it says that its last reload did not succeed");
        }
        if (!loadedAt().isAfter(before)) {
            return Optional.of("it says that it has not read its configuration again");
        }
        Set<String> names = new HashSet<>();
        items().forEach(item -> names.add(Yamls.string(Yamls.fields(item).get("job_name"))));
        if (!jobs().equals(told.jobs()) || !names.containsAll(told.foreign())) {
            return Optional.of("the configuration that it runs is not the one that was written;"
                    + " does it run with the file that PROMETHEUS_CONFIG_PATH names?");
        }
        return notScraped(told.jobs());
    }

    private Optional<String> notScraped(List<ScrapeJob> jobs) throws InterruptedException {
        Set<Address> wanted = new HashSet<>();
        jobs.forEach(job -> job.targets().forEach(target -> wanted.add(new Address(job.name(), target))));
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Set<Address> missing = new HashSet<>(wanted);
            for (JsonNode target :
                    prometheus.get("/api/v1/targets?state=active").data().path("activeTargets")) {
                missing.remove(new Address(
                        target.path("scrapePool").asText(),
                        target.path("discoveredLabels").path("__address__").asText()));
            }
            if (missing.isEmpty()) {
                return Optional.empty();
            }
            if (System.nanoTime() > deadline) {
                Address one = missing.iterator().next();
                return Optional.of("%d addresses are not among its targets after %d s, such as %s of %s"
                        .formatted(missing.size(), patience.toSeconds(), one.instance(), one.job()));
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        }
    }

    private JsonNode info() {
        return prometheus.get("/api/v1/status/runtimeinfo").data();
    }

    private List<Node> items() {
        List<Node> documents = Yamls.documents(
                prometheus.get("/api/v1/status/config").data().path("yaml").asText());
        return documents.isEmpty()
                ? List.of()
                : Yamls.items(Yamls.fields(documents.get(0)).get("scrape_configs"));
    }
}
