package io.aitbc.monitoring.artifact;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was collected, from what, and the checksums of its files: {@code MANIFEST.json}.
 *
 * @param labels of the session
 * @param verdict whether all thresholds are kept; null when there are none
 * @param files by their names; the manifest itself is not among them
 */
public record Manifest(
        UUID runId,
        String sessionId,
        Instant generatedAtUtc,
        Window window,
        Map<String, File> files,
        int schemaVersion,
        Producer producer,
        Map<String, String> labels,
        Server prometheus,
        Resolution series,
        List<Target> targets,
        List<Kpi> kpis,
        List<Threshold> thresholds,
        @Nullable Verdict verdict) {

    /** The version of this schema. */
    public static final int SCHEMA_VERSION = 1;

    /** The name of its file. */
    public static final String NAME = "MANIFEST.json";

    /** The name of the file with its checksum, as {@code sha256sum -c} reads it. */
    public static final String CHECKSUM_NAME = "MANIFEST.json.sha256";

    public Manifest {
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
        targets = List.copyOf(targets);
        kpis = List.copyOf(kpis);
        thresholds = List.copyOf(thresholds);
    }

    /** Both ends belong to it. */
    public record Window(Instant from, Instant to) {}

    /** What wrote it. */
    public record Producer(String name, String version) {}

    /**
     * The Prometheus server that was asked.
     *
     * @param configSha256 of the configuration that it ran with at the time of the collection
     * @param configGeneration which of our generated configurations that was; null when we did not write it
     */
    public record Server(
            String url,
            String version,
            String configSha256,
            @Nullable Long configGeneration) {}

    /**
     * How the plotted series were asked for.
     *
     * @param stepS seconds from point to point
     * @param windowS each point is of so many seconds before it
     */
    public record Resolution(double stepS, double windowS) {}

    /**
     * How well an address was scraped in the window.
     *
     * @param upRatio scrapes that worked, of those expected; 0..1
     * @param scrapesSeen scrapes that Prometheus made, also failed ones
     * @param longestGapS the longest time without a scrape that worked; null when there are too many scrapes to look at each
     * @param lastError what the last scrape failed with, at the time of the collection; null when it worked
     */
    public record Target(
            String job,
            String instance,
            double upRatio,
            long scrapesExpected,
            long scrapesSeen,
            @Nullable Double longestGapS,
            @Nullable String lastError) {}

    /**
     * A figure.
     *
     * @param promql as it was asked
     * @param template the same with places for the session and the window, as its recipe has it
     * @param total whether it grows with the window, as energy does
     * @param value null when there is none, or one for each of several label sets
     * @param values all, by their labels
     * @param samples raw samples in the window that it is computed of
     * @param series raw series that they belong to
     * @param counterResets how often counters among them began again
     */
    public record Kpi(
            String name,
            String unit,
            String promql,
            String template,
            boolean total,
            Instant evalTime,
            KpiStatus status,
            @Nullable Double value,
            List<Value> values,
            long samples,
            long series,
            long counterResets,
            List<String> warnings) {

        public Kpi {
            values = List.copyOf(values);
            warnings = List.copyOf(warnings);
        }

        /** The same, with one more warning. */
        public Kpi warned(String warning) {
            List<String> all = new ArrayList<>(warnings);
            all.add(warning);
            return new Kpi(
                    name,
                    unit,
                    promql,
                    template,
                    total,
                    evalTime,
                    status,
                    value,
                    values,
                    samples,
                    series,
                    counterResets,
                    all);
        }
    }

    /** One value of a figure. */
    public record Value(Map<String, String> labels, double value) {

        public Value {
            labels = Collections.unmodifiableMap(new TreeMap<>(labels));
        }
    }

    /**
     * A bound on a figure, and whether it is kept.
     *
     * @param value the figure's; null when it has none, or several
     * @param failed of the figure's values those that do not keep it; empty when it has none
     */
    public record Threshold(
            String kpi,
            @Nullable Double min,
            @Nullable Double max,
            @Nullable Double value,
            Verdict verdict,
            List<Value> failed) {

        public Threshold {
            // Manifests of before do not have it.
            failed = failed == null ? List.of() : List.copyOf(failed);
        }

        /** Whether one of the figure's values keeps it. */
        Verdict of(Value one) {
            return failed.contains(one) ? Verdict.FAIL : Verdict.PASS;
        }
    }

    /**
     * A file.
     *
     * @param sha256 in small hexadecimal digits
     * @param rows of a table, without its head; null for what is none
     */
    public record File(long bytes, String sha256, @Nullable Long rows) {}

    /** The figure of that name. */
    public Optional<Kpi> kpi(String name) {
        return kpis.stream().filter(kpi -> kpi.name().equals(name)).findFirst();
    }

    Manifest with(Map<String, File> written) {
        return new Manifest(
                runId,
                sessionId,
                generatedAtUtc,
                window,
                written,
                schemaVersion,
                producer,
                labels,
                prometheus,
                series,
                targets,
                kpis,
                thresholds,
                verdict);
    }
}
