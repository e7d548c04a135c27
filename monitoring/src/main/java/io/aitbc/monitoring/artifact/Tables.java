package io.aitbc.monitoring.artifact;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tables of a collected window; each method says how many rows it wrote. */
final class Tables {

    /** The seed's columns, which come first whether or not they have a value. */
    static final List<String> FIRST = List.of(
            "throughput_qps",
            "cpu_util_avg_pct",
            "gpu_util_avg_pct",
            "latency_p50_ms",
            "latency_p95_ms",
            "latency_p99_ms");

    private Tables() {}

    /** One row: the run, each figure in a column of its own, and which of them are not {@code OK}. */
    static long summary(Path file, Manifest manifest) throws IOException {
        List<String> columns = new ArrayList<>(List.of("run_id", "session_id", "from", "to"));
        List<@Nullable Object> cells = new ArrayList<>(List.of(
                manifest.runId(),
                manifest.sessionId(),
                manifest.window().from(),
                manifest.window().to()));
        for (String name : FIRST) {
            Optional<Manifest.Kpi> kpi = manifest.kpi(name);
            columns.add(name);
            cells.add(kpi.isPresent() ? kpi.get().value() : null);
        }
        for (Manifest.Kpi kpi : manifest.kpis()) {
            if (!FIRST.contains(kpi.name())) {
                columns.add(kpi.name());
                cells.add(kpi.value());
            }
        }
        columns.add("status");
        cells.add(status(manifest));
        try (CsvFile csv = new CsvFile(file, columns)) {
            csv.row(cells);
            return csv.rows();
        }
    }

    private static String status(Manifest manifest) {
        String others = manifest.kpis().stream()
                .filter(kpi -> kpi.status() != KpiStatus.OK)
                .map(kpi -> kpi.name() + "=" + kpi.status())
                .collect(Collectors.joining(" "));
        return others.isEmpty() ? KpiStatus.OK.name() : others;
    }

    /** A row for each figure, and for each of its label sets. */
    static long kpis(Path file, Manifest manifest) throws IOException {
        try (CsvFile csv = new CsvFile(file, List.of("kpi", "labels", "value", "unit", "status", "samples"))) {
            for (Manifest.Kpi kpi : manifest.kpis()) {
                if (kpi.values().isEmpty()) {
                    csv.row(Arrays.asList(kpi.name(), "{}", null, kpi.unit(), kpi.status(), kpi.samples()));
                }
                for (Manifest.Value value : kpi.values()) {
                    csv.row(Arrays.asList(
                            kpi.name(),
                            Json.labels(value.labels()),
                            value.value(),
                            kpi.unit(),
                            kpi.status(),
                            kpi.samples()));
                }
            }
            return csv.rows();
        }
    }

    /** A row for each point. */
    static long series(Path file, List<KpiSeries> all) throws IOException {
        try (CsvFile csv = new CsvFile(file, List.of("kpi", "ts", "labels", "value"))) {
            for (KpiSeries series : all) {
                String labels = Json.labels(series.labels());
                for (int i = 0; i < series.size(); i++) {
                    csv.row(List.of(series.kpi(), series.time(i), labels, series.value(i)));
                }
            }
            return csv.rows();
        }
    }
}
