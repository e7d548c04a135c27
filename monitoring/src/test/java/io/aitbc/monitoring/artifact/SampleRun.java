package io.aitbc.monitoring.artifact;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** A collected window as a test needs it. */
final class SampleRun {

    static final Instant FROM = Instant.parse("2026-04-22T10:00:00Z");
    static final Instant TO = Instant.parse("2026-04-22T10:10:00Z");

    private final List<Manifest.Kpi> kpis = new ArrayList<>();
    private final List<KpiSeries> series = new ArrayList<>();
    private final List<Manifest.Threshold> thresholds = new ArrayList<>();
    private String sessionId = "bench01";
    private Instant to = TO;

    SampleRun session(String id) {
        sessionId = id;
        return this;
    }

    SampleRun until(Instant end) {
        to = end;
        return this;
    }

    SampleRun kpi(String name, String unit, KpiStatus status, @Nullable Double value, String... warnings) {
        List<Manifest.Value> values = value == null ? List.of() : List.of(new Manifest.Value(Map.of(), value));
        kpis.add(kpi(name, unit, status, value, values, warnings));
        return this;
    }

    SampleRun labelled(String name, String unit, Manifest.Value... values) {
        kpis.add(kpi(name, unit, KpiStatus.OK, null, List.of(values)));
        return this;
    }

    SampleRun threshold(String kpi, @Nullable Double min, @Nullable Double max, Verdict verdict) {
        return threshold(kpi, min, max, verdict, List.of());
    }

    SampleRun threshold(
            String kpi, @Nullable Double min, @Nullable Double max, Verdict verdict, List<Manifest.Value> failed) {
        thresholds.add(new Manifest.Threshold(kpi, min, max, null, verdict, failed));
        return this;
    }

    /** A point each second. */
    SampleRun series(String kpi, Map<String, String> labels, int points, DoubleUnaryOperator value) {
        long[] millis = new long[points];
        double[] values = new double[points];
        for (int i = 0; i < points; i++) {
            millis[i] = FROM.toEpochMilli() + 1_000L * (i + 1);
            values[i] = value.applyAsDouble(i);
        }
        series.add(new KpiSeries(kpi, labels, millis, values));
        return this;
    }

    Manifest manifest() {
        return new Manifest(
                UUID.fromString("01960000-0000-7000-8000-00000000000a"),
                sessionId,
                Instant.parse("2026-04-22T10:10:21.5Z"),
                new Manifest.Window(FROM, to),
                Map.of(),
                Manifest.SCHEMA_VERSION,
                new Manifest.Producer("aitbc-monitoring", "0.1.0"),
                Map.of("model", "llama-3-8b", "cluster", "meluxina"),
                new Manifest.Server("http://prometheus:9090", "2.42.0", "ab".repeat(32), 7L),
                new Manifest.Resolution(1, 4),
                List.of(
                        new Manifest.Target("vllm-3607637", "server-api:8001", 1, 600, 600, 1.0, null),
                        new Manifest.Target(
                                "node", "mel2041:9100", 0.9, 600, 600, 60.0, "connection refused <b>here</b>")),
                kpis,
                thresholds,
                thresholds.isEmpty()
                        ? null
                        : thresholds.stream().allMatch(each -> each.verdict() == Verdict.PASS)
                                ? Verdict.PASS
                                : Verdict.FAIL);
    }

    List<KpiSeries> series() {
        return series;
    }

    Path writeTo(Path folder) {
        try {
            Files.createDirectories(folder);
            ArtifactWriter.write(folder, manifest(), series);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Manifest.Kpi kpi(
            String name,
            String unit,
            KpiStatus status,
            @Nullable Double value,
            List<Manifest.Value> values,
            String... warnings) {
        return new Manifest.Kpi(
                name,
                unit,
                "sum(" + name + "{session_id=\"bench01\"}[600s])",
                "sum(" + name + "{ {{scope}} }[{{window}}])",
                false,
                TO,
                status,
                value,
                values,
                600,
                1,
                0,
                List.of(warnings));
    }
}
