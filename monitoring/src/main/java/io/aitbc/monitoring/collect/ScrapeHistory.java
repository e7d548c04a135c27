package io.aitbc.monitoring.collect;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.monitoring.artifact.Manifest;
import io.aitbc.monitoring.prometheus.PrometheusClient;
import io.aitbc.monitoring.prometheus.PrometheusRefused;
import io.aitbc.monitoring.recipe.Scope;
import io.aitbc.monitoring.target.Target;
import io.aitbc.monitoring.target.TargetType;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** Asks how completely targets were scraped: by the samples of {@code up}, which Prometheus writes at each scrape. */
@Component
class ScrapeHistory {

    private static final long SAMPLES_AT_ONCE = 100_000;

    /** Of more, gaps are not looked for. */
    private static final long MOST_SAMPLES = 5_000_000;

    /** Where Prometheus scrapes: the labels {@code job} and {@code instance}. */
    private record Place(String job, String instance) {

        static Place of(Samples.Labelled sample) {
            return new Place(sample.label("job"), sample.label("instance"));
        }
    }

    private record Expected(Set<TargetType> types, boolean isRegistered, Duration interval) {

        /** How many scrapes a window has at least, wherever it begins between two. */
        long in(Duration window) {
            return due(window, interval);
        }
    }

    /** The scrapes that worked so far, and the longest time without one. */
    private static final class Gap {
        private long last;
        private long longest;

        Gap(long start) {
            last = start;
        }

        void worked(long at) {
            longest = Math.max(longest, at - last);
            last = Math.max(last, at);
        }
    }

    private final PrometheusClient prometheus;

    ScrapeHistory(PrometheusClient prometheus) {
        this.prometheus = prometheus;
    }

    /**
     * Looks at a window.
     *
     * @param scope of the session, with the whole window
     * @param interval of targets that are scraped, but not registered any more
     */
    Scrapes of(Scope scope, Instant end, List<Target> targets, Duration interval) {
        String up = "up{" + scope.matcher() + "}";
        String range = up + "[" + scope.window().toMillis() + "ms]";
        Map<Place, Double> seen = byPlace("sum by (job, instance) (count_over_time(" + range + "))", end);
        Map<Place, Double> worked = byPlace("sum by (job, instance) (sum_over_time(" + range + "))", end);
        Map<Place, Expected> places =
                new TreeMap<>(java.util.Comparator.comparing(Place::job).thenComparing(Place::instance));
        for (Target target : targets) {
            for (String instance : target.targets()) {
                places.put(
                        new Place(target.jobName(), instance),
                        new Expected(EnumSet.of(target.type()), true, target.scrapeInterval()));
            }
        }
        seen.keySet()
                .forEach(place ->
                        places.putIfAbsent(place, new Expected(EnumSet.allOf(TargetType.class), false, interval)));
        Map<Place, Gap> gaps = gaps(up, scope.window(), end, places);
        Map<Place, String> errors = places.isEmpty() ? Map.of() : errors(scope.sessionId());
        List<Scrapes.Address> addresses = new ArrayList<>();
        places.forEach((place, expected) -> {
            long due = expected.in(scope.window());
            long good = Math.round(worked.getOrDefault(place, 0.0));
            Gap gap = gaps.get(place);
            addresses.add(new Scrapes.Address(
                    expected.types(),
                    expected.isRegistered(),
                    expected.interval().toMillis() / 1e3,
                    good,
                    new Manifest.Target(
                            place.job(),
                            place.instance(),
                            Math.min(1, (double) good / due),
                            due,
                            Math.round(seen.getOrDefault(place, 0.0)),
                            gap == null ? null : gap.longest / 1e3,
                            errors.get(place))));
        });
        return new Scrapes(
                addresses,
                expected(
                        scope.window(),
                        places.values().stream().map(Expected::interval).toList()));
    }

    /** How many scrapes targets of these intervals should have in a window: whole ones, at least one each, and one when there are none. */
    static BigDecimal expected(Duration window, List<Duration> intervals) {
        long sum =
                intervals.stream().mapToLong(interval -> due(window, interval)).sum();
        return BigDecimal.valueOf(Math.max(1, sum));
    }

    private static long due(Duration window, Duration interval) {
        return Math.max(1, window.toMillis() / interval.toMillis());
    }

    private Map<Place, Double> byPlace(String promql, Instant end) {
        Map<Place, Double> values = new HashMap<>();
        Samples.vector(prometheus.query(promql, end).data())
                .forEach(sample -> values.merge(Place.of(sample), sample.value(), Double::sum));
        return values;
    }

    private Map<Place, Gap> gaps(String up, Duration window, Instant end, Map<Place, Expected> places) {
        BigDecimal perMilli = places.values().stream()
                .map(place -> BigDecimal.ONE.divide(
                        BigDecimal.valueOf(place.interval().toMillis()), MathContext.DECIMAL64))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal total = perMilli.multiply(BigDecimal.valueOf(window.toMillis()));
        Map<Place, Gap> gaps = new HashMap<>();
        if (places.isEmpty() || total.compareTo(BigDecimal.valueOf(MOST_SAMPLES)) > 0) {
            return gaps;
        }
        long start = end.toEpochMilli() - window.toMillis();
        places.keySet().forEach(place -> gaps.put(place, new Gap(start)));
        long piece = BigDecimal.valueOf(SAMPLES_AT_ONCE)
                .divide(perMilli, MathContext.DECIMAL64)
                .max(BigDecimal.valueOf(1_000))
                .min(BigDecimal.valueOf(window.toMillis()))
                .longValue();
        for (long from = start; from < end.toEpochMilli(); from += piece) {
            long to = Math.min(end.toEpochMilli(), from + piece);
            JsonNode data = prometheus
                    .query(up + "[" + (to - from) + "ms]", Instant.ofEpochMilli(to))
                    .data();
            for (JsonNode series : data.path("result")) {
                Map<String, String> labels = Samples.labels(series.path("metric"));
                Gap gap = gaps.get(new Place(labels.getOrDefault("job", ""), labels.getOrDefault("instance", "")));
                for (JsonNode point : series.path("values")) {
                    if (gap != null && point.path(1).asText().equals("1")) {
                        gap.worked(Samples.millis(point.path(0)));
                    }
                }
            }
        }
        gaps.values().forEach(gap -> gap.worked(end.toEpochMilli()));
        return gaps;
    }

    /** What scrapes fail with now. */
    private Map<Place, String> errors(String sessionId) {
        Map<Place, String> errors = new HashMap<>();
        try {
            for (JsonNode target :
                    prometheus.get("/api/v1/targets?state=active").data().path("activeTargets")) {
                JsonNode labels = target.path("labels");
                String error = target.path("lastError").asText();
                if (labels.path("session_id").asText().equals(sessionId) && !error.isEmpty()) {
                    errors.put(
                            new Place(
                                    labels.path("job").asText(),
                                    labels.path("instance").asText()),
                            error.substring(0, Math.min(error.length(), 500)));
                }
            }
        } catch (PrometheusRefused e) {
            // They are a hint for whoever reads the report; the counts above say what was scraped.
            org.slf4j.LoggerFactory.getLogger(ScrapeHistory.class)
                    .info("The targets' errors are not known: {}", e.getMessage());
        }
        return errors;
    }
}
