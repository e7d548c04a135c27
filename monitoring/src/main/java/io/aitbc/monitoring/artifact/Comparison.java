package io.aitbc.monitoring.artifact;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Two runs side by side.
 *
 * @param a the first
 * @param b the second
 * @param rows a figure each, in the order of the first run, then what only the second has
 * @param remarks what one should know before one compares, such as windows of different lengths; a sentence each
 */
public record Comparison(Run a, Run b, List<Row> rows, List<String> remarks) {

    public Comparison {
        rows = List.copyOf(rows);
        remarks = List.copyOf(remarks);
    }

    /** Which run. */
    public record Run(
            String runId,
            String sessionId,
            Manifest.Window window,
            @Nullable Verdict verdict) {

        static Run of(Manifest manifest) {
            return new Run(manifest.runId().toString(), manifest.sessionId(), manifest.window(), manifest.verdict());
        }
    }

    /**
     * A figure of both.
     *
     * @param statusA null when the run does not have it
     * @param difference b − a; null unless both have one value
     * @param percent the difference in percent of a's size; null where a is 0, too
     */
    public record Row(
            String kpi,
            String unit,
            @Nullable KpiStatus statusA,
            @Nullable Double valueA,
            @Nullable KpiStatus statusB,
            @Nullable Double valueB,
            @Nullable Double difference,
            @Nullable Double percent) {}

    /**
     * Compares two folders of artifacts by their manifests.
     *
     * @throws UncheckedIOException with a sentence, when one has no manifest that can be read
     */
    public static Comparison of(Path a, Path b) {
        return of(read(a), read(b));
    }

    static Comparison of(Manifest a, Manifest b) {
        Set<String> names = new LinkedHashSet<>();
        a.kpis().forEach(kpi -> names.add(kpi.name()));
        b.kpis().forEach(kpi -> names.add(kpi.name()));
        List<Row> rows = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        Duration lengthA = length(a);
        Duration lengthB = length(b);
        if (!lengthA.equals(lengthB)) {
            remarks.add("The windows are not equally long: " + lengthA.toMillis() / 1e3 + " s and "
                    + lengthB.toMillis() / 1e3 + " s.");
        }
        for (String name : names) {
            Optional<Manifest.Kpi> first = a.kpi(name);
            Optional<Manifest.Kpi> second = b.kpi(name);
            rows.add(row(name, first, second));
            if (first.isPresent() && second.isPresent() && !meaning(first.get()).equals(meaning(second.get()))) {
                remarks.add(name + " was not computed in the same way: its PromQL or its unit differs.");
            }
        }
        return new Comparison(Run.of(a), Run.of(b), rows, remarks);
    }

    private static Row row(String name, Optional<Manifest.Kpi> a, Optional<Manifest.Kpi> b) {
        Double valueA = a.isPresent() ? a.get().value() : null;
        Double valueB = b.isPresent() ? b.get().value() : null;
        Double difference = valueA == null || valueB == null ? null : valueB - valueA;
        return new Row(
                name,
                a.or(() -> b).map(Manifest.Kpi::unit).orElse(""),
                a.isPresent() ? a.get().status() : null,
                valueA,
                b.isPresent() ? b.get().status() : null,
                valueB,
                difference,
                difference == null || valueA == null || valueA == 0 ? null : 100 * difference / Math.abs(valueA));
    }

    private static String meaning(Manifest.Kpi kpi) {
        return kpi.unit() + " " + kpi.template();
    }

    private static Duration length(Manifest manifest) {
        return Duration.between(manifest.window().from(), manifest.window().to());
    }

    private static Manifest read(Path folder) {
        try {
            return ManifestFile.read(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " has no manifest that can be read: " + e.getMessage(), e);
        }
    }
}
