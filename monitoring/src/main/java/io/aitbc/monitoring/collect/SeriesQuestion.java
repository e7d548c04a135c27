package io.aitbc.monitoring.collect;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.monitoring.artifact.KpiSeries;
import io.aitbc.monitoring.artifact.Manifest;
import io.aitbc.monitoring.prometheus.PrometheusClient;
import io.aitbc.monitoring.recipe.Kpi;
import io.aitbc.monitoring.recipe.Scope;
import io.aitbc.monitoring.target.Target;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * How KPIs are asked for over time: the same PromQL with a short window, moved through the long one. The first point is a short
 * window after the start, so that no sample from before it counts; the last is at the end.
 *
 * @param scope with the short window
 */
record SeriesQuestion(Scope scope, Instant start, Instant end, Duration step) {

    /** Points of one series, and of all series of a KPI. */
    private static final long MOST_POINTS = 20_000;

    private static final long MOST_POINTS_IN_ALL = 400_000;

    /** A rate needs two scrapes, and one may be missing or late. */
    private static final int SCRAPES_PER_POINT = 4;

    /**
     * The question for a window.
     *
     * @param interval the longest of the targets' scrape intervals
     * @param targets of which scrapes are due in the window
     */
    static SeriesQuestion of(Scope whole, Instant end, Duration interval, List<Target> targets) {
        Duration window = whole.window();
        Duration step = longer(interval, seconds(window.dividedBy(MOST_POINTS)));
        Duration each = longer(interval.multipliedBy(SCRAPES_PER_POINT), step);
        Duration shortWindow = each.compareTo(window) < 0 ? each : window;
        Scope scope = new Scope(whole.sessionId(), shortWindow, expected(shortWindow, window, end, targets));
        long steps = window.minus(shortWindow).toMillis() / step.toMillis();
        return new SeriesQuestion(scope, end.minus(step.multipliedBy(steps)), end, step);
    }

    /** One target that was there for half of the window counts half in each short one, since the question is the same in all. */
    private static BigDecimal expected(Duration shortWindow, Duration window, Instant end, List<Target> targets) {
        return targets.stream()
                .map(target -> BigDecimal.valueOf(ScrapeHistory.due(shortWindow, target.scrapeInterval()))
                        .multiply(BigDecimal.valueOf(target.targets().size()))
                        .multiply(BigDecimal.valueOf(
                                target.within(end.minus(window), end).toMillis()))
                        .divide(BigDecimal.valueOf(window.toMillis()), MathContext.DECIMAL64))
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .max(BigDecimal.ONE);
    }

    Manifest.Resolution resolution() {
        return new Manifest.Resolution(step.toMillis() / 1e3, scope.window().toMillis() / 1e3);
    }

    /**
     * Asks for a KPI.
     *
     * @param labelSets how many series are expected; of many, fewer points each
     */
    List<KpiSeries> ask(PrometheusClient prometheus, Kpi kpi, int labelSets) {
        long points = Duration.between(start, end).toMillis() / step.toMillis() + 1;
        long factor = 1 + points * Math.max(1, labelSets) / MOST_POINTS_IN_ALL;
        Duration wide = step.multipliedBy(factor);
        long steps = Duration.between(start, end).toMillis() / wide.toMillis();
        PrometheusClient.Reply reply =
                prometheus.queryRange(kpi.promql(scope), end.minus(wide.multipliedBy(steps)), end, wide);
        List<KpiSeries> all = new ArrayList<>();
        List<JsonNode> result = new ArrayList<>();
        reply.data().path("result").forEach(result::add);
        result.sort(Comparator.comparing(
                series -> Samples.labels(series.path("metric")).toString()));
        for (JsonNode series : result) {
            all.add(series(kpi.name(), series));
        }
        return all;
    }

    /** What is not a number is no point. */
    private static KpiSeries series(String kpi, JsonNode series) {
        JsonNode points = series.path("values");
        long[] millis = new long[points.size()];
        double[] values = new double[points.size()];
        int n = 0;
        for (JsonNode point : points) {
            double value = Samples.number(point.path(1).asText());
            if (Double.isFinite(value)) {
                millis[n] = Samples.millis(point.path(0));
                values[n++] = value;
            }
        }
        Map<String, String> labels = Samples.labels(series.path("metric"));
        return new KpiSeries(kpi, labels, java.util.Arrays.copyOf(millis, n), java.util.Arrays.copyOf(values, n));
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    /** Up to whole seconds. */
    private static Duration seconds(Duration duration) {
        return duration.getNano() == 0 ? duration : Duration.ofSeconds(duration.toSeconds() + 1);
    }
}
