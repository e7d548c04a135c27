package io.aitbc.monitoring.collect;

import io.aitbc.monitoring.artifact.KpiStatus;
import io.aitbc.monitoring.artifact.Manifest;
import io.aitbc.monitoring.prometheus.PrometheusClient;
import io.aitbc.monitoring.prometheus.PrometheusRefused;
import io.aitbc.monitoring.recipe.Kpi;
import io.aitbc.monitoring.recipe.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Asks for the KPIs of one window: each by one question at its end, over the whole of it. */
final class KpiAnswers {

    private static final int MOST_LABEL_SETS = 1_000;
    private static final String FIGURE = "figure";

    /** What a KPI is computed of. */
    private record Inputs(long samples, long series, long resets) {

        Inputs and(Inputs other) {
            return new Inputs(samples + other.samples, series + other.series, resets + other.resets);
        }
    }

    private final PrometheusClient prometheus;
    private final Scope scope;
    private final Instant end;
    private final Scrapes scrapes;

    /** Several KPIs are of the same series. */
    private final Map<Kpi.Input, Inputs> known = new HashMap<>();

    private final Map<String, List<Samples.Labelled>> buckets = new HashMap<>();

    KpiAnswers(PrometheusClient prometheus, Scope scope, Instant end, Scrapes scrapes) {
        this.prometheus = prometheus;
        this.scope = scope;
        this.end = end;
        this.scrapes = scrapes;
    }

    Manifest.Kpi answer(Kpi kpi) {
        List<String> warnings = new ArrayList<>();
        List<Manifest.Value> values = new ArrayList<>();
        Inputs inputs = new Inputs(0, 0, 0);
        KpiStatus status;
        try {
            PrometheusClient.Reply reply = prometheus.query(kpi.promql(scope), end);
            warnings.addAll(reply.warnings());
            warnings.addAll(reply.infos());
            for (Kpi.Input input : kpi.inputs(scope)) {
                inputs = inputs.and(inputs(input));
            }
            List<Samples.Labelled> result = Samples.vector(reply.data());
            result.stream()
                    .filter(sample -> Double.isFinite(sample.value()))
                    .map(sample -> new Manifest.Value(sample.labels(), sample.value()))
                    .forEach(values::add);
            status = status(kpi, result, values, inputs, warnings);
        } catch (PrometheusRefused e) {
            if (e.errorType().equals("unavailable")) {
                throw e;
            }
            status = KpiStatus.QUERY_ERROR;
            values.clear();
            warnings.add(e.errorType() + ": " + e.getMessage());
        }
        if (status == KpiStatus.QUERY_ERROR) {
            values.clear();
        }
        return new Manifest.Kpi(
                kpi.name(),
                kpi.unit(),
                kpi.promql(scope),
                kpi.template(),
                kpi.isTotal(),
                end,
                status,
                values.size() == 1 ? values.get(0).value() : null,
                values,
                inputs.samples(),
                inputs.series(),
                inputs.resets(),
                warnings);
    }

    private KpiStatus status(
            Kpi kpi, List<Samples.Labelled> result, List<Manifest.Value> values, Inputs inputs, List<String> warnings) {
        if (result.size() > MOST_LABEL_SETS) {
            warnings.add("It has " + result.size() + " label sets, more than " + MOST_LABEL_SETS + ": aggregate more.");
            return KpiStatus.QUERY_ERROR;
        }
        if (result.stream().anyMatch(sample -> Double.isInfinite(sample.value()))) {
            warnings.add("Its result is infinite, as of a division by zero.");
            return KpiStatus.QUERY_ERROR;
        }
        if (values.isEmpty()) {
            if (!scrapes.haveAny(kpi.types())) {
                warnings.add("The session has no target of a type that it is of: "
                        + kpi.types().stream()
                                .map(type -> type.name().toLowerCase(Locale.ROOT))
                                .sorted()
                                .collect(Collectors.joining(", "))
                        + ".");
            } else if (inputs.samples() > 0) {
                warnings.add("There are " + inputs.samples()
                        + " samples, but no figure: a rate needs two of a series, a quantile needs observations.");
            }
            return KpiStatus.NO_DATA;
        }
        List<String> faults = scrapes.faults(kpi.types());
        warnings.addAll(faults);
        if (scrapes.addresses().isEmpty()) {
            warnings.add("No target of the session is known; whether scrapes are missing is not, either.");
        }
        for (Kpi.Quantile quantile : kpi.quantiles(scope)) {
            Optional<String> bound = cappedAt(quantile);
            if (bound.isPresent()) {
                warnings.add("The quantile " + quantile.q() + " is above the highest finite bound, " + bound.get()
                        + ": the value is that bound, the true one is higher.");
                return KpiStatus.CAPPED_AT_INF;
            }
        }
        return faults.isEmpty() ? KpiStatus.OK : KpiStatus.PARTIAL;
    }

    private Inputs inputs(Kpi.Input input) {
        return known.computeIfAbsent(input, asked -> {
            String range = asked.range();
            String promql = figure("sum(count_over_time(" + range + "))", "samples")
                    + " or " + figure("count(count_over_time(" + range + "))", "series")
                    + (asked.isCounter() ? " or " + figure("sum(resets(" + range + "))", "resets") : "");
            Map<String, Long> figures = new HashMap<>();
            Samples.vector(prometheus.query(promql, end).data())
                    .forEach(sample -> figures.put(sample.label(FIGURE), Math.round(sample.value())));
            return new Inputs(
                    figures.getOrDefault("samples", 0L),
                    figures.getOrDefault("series", 0L),
                    figures.getOrDefault("resets", 0L));
        });
    }

    private static String figure(String promql, String name) {
        return "label_replace(" + promql + ", \"" + FIGURE + "\", \"" + name + "\", \"\", \"\")";
    }

    /**
     * The highest finite bound, if the quantile is above it. Prometheus answers that bound then, and a value of it does not show
     * whether it is the true one.
     */
    private Optional<String> cappedAt(Kpi.Quantile quantile) {
        Map<Map<String, String>, List<Samples.Labelled>> histograms = new HashMap<>();
        for (Samples.Labelled bucket : buckets.computeIfAbsent(
                quantile.buckets(),
                promql -> Samples.vector(prometheus.query(promql, end).data()))) {
            Map<String, String> labels = new TreeMap<>(bucket.labels());
            labels.remove("le");
            histograms.computeIfAbsent(labels, none -> new ArrayList<>()).add(bucket);
        }
        return histograms.values().stream()
                .map(histogram -> cappedAt(quantile.q(), histogram))
                .flatMap(Optional::stream)
                .findFirst();
    }

    static Optional<String> cappedAt(double q, List<Samples.Labelled> histogram) {
        double highest = Double.NEGATIVE_INFINITY;
        double below = 0;
        double all = Double.NaN;
        String bound = "";
        for (Samples.Labelled bucket : histogram) {
            double le = Samples.number(bucket.label("le"));
            if (le == Double.POSITIVE_INFINITY) {
                all = bucket.value();
            } else if (le > highest) {
                highest = le;
                below = bucket.value();
                bound = bucket.label("le");
            }
        }
        return !bound.isEmpty() && all > 0 && below < q * all ? Optional.of(bound) : Optional.empty();
    }
}
