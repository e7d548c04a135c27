package io.aitbc.poolhub.console;

import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.Signal;
import io.aitbc.poolhub.gpu.Alerts;
import io.aitbc.poolhub.gpu.GpuBoard;
import io.aitbc.poolhub.gpu.GpuBoard.Threshold;
import io.aitbc.poolhub.gpu.GpuLeases;
import io.aitbc.poolhub.gpu.GpuOutlook;
import io.aitbc.poolhub.gpu.GpuView;
import io.aitbc.poolhub.gpu.Transition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Gathers all that is known of one GPU. */
@Component
class GpuPage {

    static final List<Integer> SPANS = List.of(1, 6, 24);

    private static final int MOST_SAMPLES = 10_000;
    private static final int MOST_POINTS = 300;
    private static final int MOST_STEPS = 20;
    private static final int MOST_ALERTS = 20;
    private static final Duration COUNTED_OVER = Duration.ofMinutes(5);

    /** A plot: what is drawn in it. */
    private record Kind(String title, String unit, double unitsPerShown, List<Signal> signals) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("Temperature", "°C", 1, List.of(Signal.TEMPERATURE, Signal.MEMORY_TEMPERATURE)),
            new Kind("Power", "W", 1, List.of(Signal.POWER)),
            new Kind("Utilization", "%", 1, List.of(Signal.UTILIZATION)),
            new Kind("Memory in use", "GiB", 1_024, List.of(Signal.MEMORY_USED)),
            new Kind("Memory errors", "new", 1, List.of(Signal.ECC_CORRECTED, Signal.ECC_UNCORRECTED)));

    /** One GPU. */
    record Shown(
            GpuView view,
            GpuOutlook.Health health,
            List<Plot> plots,
            List<Transition> steps,
            List<Alerts.View> alerts,
            @Nullable String job) {}

    private final GpuBoard gpus;
    private final Alerts alerts;
    private final GpuLeases leases;
    private final PageModel pages;
    private final Clock clock;

    GpuPage(GpuBoard gpus, Alerts alerts, GpuLeases leases, PageModel pages, Clock clock) {
        this.gpus = gpus;
        this.alerts = alerts;
        this.leases = leases;
        this.pages = pages;
        this.clock = clock;
    }

    /**
     * What is known of a GPU over the last hours.
     *
     * @throws io.aitbc.service.web.Problem 404 when there is none
     */
    Shown of(String gpuUuid, int hours) {
        GpuView view = gpus.get(gpuUuid);
        Instant now = clock.instant();
        List<GpuSample> samples =
                gpus.samples(gpuUuid, now.minus(Duration.ofHours(hours)), now.plusSeconds(1), MOST_SAMPLES);
        List<Threshold> thresholds = gpus.thresholds(view);
        return new Shown(
                view,
                gpus.health(gpuUuid),
                KINDS.stream().map(kind -> plot(kind, samples, thresholds)).toList(),
                gpus.transitions(gpuUuid, MOST_STEPS),
                alerts.list(new Alerts.Filter(null, null, gpuUuid), null, null, MOST_ALERTS),
                leases.jobOn(gpuUuid).orElse(null));
    }

    private Plot plot(Kind kind, List<GpuSample> samples, List<Threshold> thresholds) {
        List<Signal> given = kind.signals().stream()
                .filter(signal -> samples.stream().anyMatch(sample -> sample.has(signal)))
                .toList();
        if (given.isEmpty()) {
            return new Plot(kind.title(), kind.unit(), "It said nothing of this in this time.", List.of(), List.of());
        }
        List<Threshold> rules = thresholds.stream()
                .filter(threshold -> given.contains(threshold.signal()))
                .toList();
        Duration within = rules.stream()
                .map(Threshold::within)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(COUNTED_OVER);
        // A rule that counts over another time has no level in this plot.
        List<Threshold> ofThese = rules.stream()
                .filter(threshold ->
                        threshold.within() == null || threshold.within().equals(within))
                .toList();
        List<List<@Nullable Double>> values = new ArrayList<>();
        for (Signal signal : given) {
            values.add(
                    signal.kind() == Signal.Kind.COUNTER
                            ? increases(samples, signal, within)
                            : gauges(samples, signal, kind));
        }
        int[] kept = thinned(values, samples.size());
        List<Plot.Line> lines = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            lines.add(new Plot.Line(name(given.get(i)), Plot.Kind.LINE, at(values.get(i), kept)));
        }
        for (Threshold threshold : ofThese) {
            lines.add(new Plot.Line(
                    pages.show().words(threshold.rule()),
                    Plot.Kind.LIMIT,
                    Collections.nCopies(kept.length, threshold.level() / kind.unitsPerShown())));
        }
        return new Plot(
                kind.title(),
                kind.unit(),
                said(kind, given, values, within, ofThese),
                IntStream.of(kept).mapToObj(n -> samples.get(n).at()).toList(),
                lines);
    }

    private String said(
            Kind kind,
            List<Signal> given,
            List<List<@Nullable Double>> values,
            Duration within,
            List<Threshold> thresholds) {
        Show show = pages.show();
        String limits = thresholds.stream()
                .map(threshold ->
                        show.words(threshold.rule()) + " at " + show.number(threshold.level() / kind.unitsPerShown()))
                .collect(Collectors.joining(", "));
        boolean counted = given.get(0).kind() == Signal.Kind.COUNTER;
        List<String> last = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            Double value = values.get(i).get(values.get(i).size() - 1);
            last.add((value == null ? "not said" : show.number(value) + " " + kind.unit())
                    + (given.size() == 1 ? "" : " (" + name(given.get(i)) + ")"));
        }
        return String.join(", ", last) + " at last"
                + (counted ? ", over " + within.toMinutes() + " minutes" : "")
                + (limits.isEmpty() ? "." : "; rules: " + limits + ".");
    }

    private static String name(Signal signal) {
        return switch (signal) {
            case TEMPERATURE -> "GPU";
            case MEMORY_TEMPERATURE -> "memory";
            case ECC_CORRECTED -> "corrected";
            case ECC_UNCORRECTED -> "not corrected";
            default -> "measured";
        };
    }

    private static List<@Nullable Double> gauges(List<GpuSample> samples, Signal signal, Kind kind) {
        List<@Nullable Double> values = new ArrayList<>();
        for (GpuSample sample : samples) {
            values.add(sample.has(signal) ? (Double) (sample.value(signal) / kind.unitsPerShown()) : null);
        }
        return values;
    }

    /** By how much a counter grew within such a time before each sample; one that began anew has not shrunk. */
    private static List<@Nullable Double> increases(List<GpuSample> samples, Signal signal, Duration within) {
        double[] grown = new double[samples.size()];
        double before = Double.NaN;
        for (int i = 0; i < grown.length; i++) {
            if (samples.get(i).has(signal)) {
                double value = samples.get(i).value(signal);
                grown[i] = Double.isNaN(before) ? 0 : Math.max(0, value - before);
                before = value;
            }
        }
        List<@Nullable Double> sums = new ArrayList<>();
        int first = 0;
        double sum = 0;
        for (int i = 0; i < grown.length; i++) {
            sum += grown[i];
            Instant from = samples.get(i).at().minus(within);
            while (samples.get(first).at().isBefore(from)) {
                sum -= grown[first++];
            }
            sums.add(sum);
        }
        return sums;
    }

    /** As many as a plot can show: of each stretch where each line is highest, and the very last. */
    static int[] thinned(List<List<@Nullable Double>> lines, int size) {
        int stride = Math.max(1, (size + MOST_POINTS - 1) / MOST_POINTS);
        SortedSet<Integer> kept = new TreeSet<>();
        for (int start = 0; start < size; start += stride) {
            for (List<@Nullable Double> line : lines) {
                kept.add(highest(line, start, Math.min(size, start + stride)));
            }
        }
        kept.add(size - 1);
        return kept.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int highest(List<@Nullable Double> values, int from, int to) {
        int highest = from;
        for (int i = from; i < to; i++) {
            Double value = values.get(i);
            Double best = values.get(highest);
            highest = value != null && (best == null || value > best) ? i : highest;
        }
        return highest;
    }

    private static List<@Nullable Double> at(List<@Nullable Double> values, int[] kept) {
        List<@Nullable Double> some = new ArrayList<>();
        for (int n : kept) {
            some.add(values.get(n));
        }
        return some;
    }
}
