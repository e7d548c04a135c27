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
import java.util.function.BiConsumer;
import java.util.stream.Stream;
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

    /** Part of a window in which a target was there, in milliseconds since 1970. */
    private record Span(long from, long to) {}

    /** What is expected of a place: of all targets that it was of in the window, one after the other. */
    private record Expected(Set<TargetType> types, boolean isCounted, Duration interval, long due, List<Span> spans) {

        static Expected of(Target target, Instant start, Instant end) {
            Instant from = target.createdAt().isAfter(start) ? target.createdAt() : start;
            Duration there = target.within(start, end);
            Instant to = from.plus(there);
            return new Expected(
                    EnumSet.of(target.type()),
                    !to.isBefore(end),
                    target.scrapeInterval(),
                    ScrapeHistory.due(there, target.scrapeInterval()),
                    List.of(new Span(from.toEpochMilli(), to.toEpochMilli())));
        }

        Expected and(Expected other) {
            Set<TargetType> both = EnumSet.copyOf(types);
            both.addAll(other.types);
            return new Expected(
                    both,
                    isCounted && other.isCounted,
                    interval.compareTo(other.interval) >= 0 ? interval : other.interval,
                    due + other.due,
                    Stream.concat(spans.stream(), other.spans.stream()).toList());
        }
    }

    /** The scrapes of a span that worked so far, and the longest time without one. */
    private static final class Gap {
        private final Span span;
        private long last;
        private long longest;

        Gap(Span span) {
            this.span = span;
            last = span.from();
        }

        void worked(long at) {
            if (at >= span.from() && at <= span.to()) {
                longest = Math.max(longest, at - last);
                last = Math.max(last, at);
            }
        }

        long longest() {
            return Math.max(longest, span.to() - last);
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
     * @param targets that the session had in it, also for a shorter time than an interval
     * @param interval of targets that are scraped, but not registered any more
     */
    Scrapes of(Scope scope, Instant end, List<Target> targets, Duration interval) {
        String up = "up{" + scope.matcher() + "}";
        String range = up + "[" + scope.window().toMillis() + "ms]";
        Map<Place, Double> seen = byPlace("sum by (job, instance) (count_over_time(" + range + "))", end);
        Map<Place, Double> worked = byPlace("sum by (job, instance) (sum_over_time(" + range + "))", end);
        Map<Place, Expected> places =
                new TreeMap<>(java.util.Comparator.comparing(Place::job).thenComparing(Place::instance));
        Instant start = end.minus(scope.window());
        Expected unregistered = new Expected(
                EnumSet.allOf(TargetType.class),
                false,
                interval,
                due(scope.window(), interval),
                List.of(new Span(start.toEpochMilli(), end.toEpochMilli())));
        seen.keySet().forEach(place -> places.put(place, unregistered));
        // What was there too briefly is registered all the same.
        forEach(targets, (place, target) -> places.remove(place));
        forEach(targets, (place, target) -> {
            if (target.isDueIn(start, end)) {
                places.merge(place, Expected.of(target, start, end), Expected::and);
            }
        });
        Map<Place, Long> gaps = gaps(up, scope.window(), end, places);
        Map<Place, String> errors = places.isEmpty() ? Map.of() : errors(scope.sessionId());
        List<Scrapes.Address> addresses = new ArrayList<>();
        places.forEach((place, expected) -> {
            long good = Math.round(worked.getOrDefault(place, 0.0));
            Long gap = gaps.get(place);
            addresses.add(new Scrapes.Address(
                    expected.types(),
                    expected.isCounted(),
                    expected.interval().toMillis() / 1e3,
                    good,
                    new Manifest.Target(
                            place.job(),
                            place.instance(),
                            Math.min(1, (double) good / expected.due()),
                            expected.due(),
                            Math.round(seen.getOrDefault(place, 0.0)),
                            gap == null ? null : gap / 1e3,
                            errors.get(place))));
        });
        long all = places.values().stream().mapToLong(Expected::due).sum();
        return new Scrapes(addresses, BigDecimal.valueOf(Math.max(1, all)));
    }

    private static void forEach(List<Target> targets, BiConsumer<Place, Target> action) {
        targets.forEach(target ->
                target.targets().forEach(instance -> action.accept(new Place(target.jobName(), instance), target)));
    }

    /** How many scrapes a time has at least, wherever it begins between two; one even when it is shorter than the interval. */
    static long due(Duration window, Duration interval) {
        return Math.max(1, window.toMillis() / interval.toMillis());
    }

    private Map<Place, Double> byPlace(String promql, Instant end) {
        Map<Place, Double> values = new HashMap<>();
        Samples.vector(prometheus.query(promql, end).data())
                .forEach(sample -> values.merge(Place.of(sample), sample.value(), Double::sum));
        return values;
    }

    private Map<Place, Long> gaps(String up, Duration window, Instant end, Map<Place, Expected> places) {
        BigDecimal perMilli = places.values().stream()
                .map(place -> BigDecimal.ONE.divide(
                        BigDecimal.valueOf(place.interval().toMillis()), MathContext.DECIMAL64))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal total = perMilli.multiply(BigDecimal.valueOf(window.toMillis()));
        Map<Place, List<Gap>> gaps = new HashMap<>();
        if (places.isEmpty() || total.compareTo(BigDecimal.valueOf(MOST_SAMPLES)) > 0) {
            return Map.of();
        }
        long start = end.toEpochMilli() - window.toMillis();
        places.forEach((place, expected) ->
                gaps.put(place, expected.spans().stream().map(Gap::new).toList()));
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
                Place place = new Place(labels.getOrDefault("job", ""), labels.getOrDefault("instance", ""));
                List<Gap> ofPlace = gaps.getOrDefault(place, List.of());
                for (JsonNode point : series.path("values")) {
                    if (point.path(1).asText().equals("1")) {
                        long at = Samples.millis(point.path(0));
                        ofPlace.forEach(gap -> gap.worked(at));
                    }
                }
            }
        }
        Map<Place, Long> longest = new HashMap<>();
        gaps.forEach((place, each) ->
                longest.put(place, each.stream().mapToLong(Gap::longest).max().orElse(0)));
        return longest;
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
