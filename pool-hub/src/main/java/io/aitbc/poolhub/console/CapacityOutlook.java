package io.aitbc.poolhub.console;

import io.aitbc.capacity.CapacityForecast;
import io.aitbc.capacity.CapacityPlan;
import io.aitbc.poolhub.capacity.PlanSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/** Forecast and plan for pages: made apart, so that no page waits for the coordinator. */
@Component
class CapacityOutlook {

    private static final Duration GOOD = Duration.ofMinutes(1);

    /**
     * What is expected and what to do.
     *
     * @param demand null while nothing can be said
     */
    record Shown(
            CapacityForecast forecast,
            CapacityPlan plan,
            @Nullable Plot demand) {}

    private final PlanSource plans;
    private final Executor executor;
    private final Clock clock;
    private final Map<Integer, LateAnswer<Shown>> byHours = new ConcurrentHashMap<>();

    CapacityOutlook(PlanSource plans, @Qualifier("consoleExecutor") Executor executor, Clock clock) {
        this.plans = plans;
        this.executor = executor;
        this.clock = clock;
    }

    /** So many hours ahead, of which there are few choices. */
    LateAnswer.Known<Shown> of(int hours) {
        return byHours.computeIfAbsent(hours, span -> new LateAnswer<>(executor, clock, GOOD))
                .ask(() -> {
                    CapacityForecast forecast = plans.forecast(hours, null);
                    return new Shown(forecast, plans.plan(), demand(forecast));
                });
    }

    /** Demand ahead with its intervals; null where nothing can be said. */
    static @Nullable Plot demand(CapacityForecast forecast) {
        List<CapacityForecast.Quantiles> hours = forecast.quantiles();
        if (hours.isEmpty()) {
            return null;
        }
        List<Plot.Line> lines = new ArrayList<>(List.of(
                line("expected", Plot.Kind.LINE, hours, CapacityForecast.Quantiles::p50),
                line("below it in 95 of 100 hours", Plot.Kind.BAND, hours, CapacityForecast.Quantiles::p95),
                line("above it in 90 of 100 hours", Plot.Kind.LINE, hours, CapacityForecast.Quantiles::p10),
                line("below it in 80 of 100 hours", Plot.Kind.LINE, hours, CapacityForecast.Quantiles::p80)));
        Integer capacity = forecast.currentCapacity();
        if (capacity != null) {
            lines.add(line("capacity now", Plot.Kind.LIMIT, hours, hour -> capacity));
        }
        double peak = hours.stream()
                .mapToDouble(CapacityForecast.Quantiles::p50)
                .max()
                .orElse(0);
        return new Plot(
                "Demand ahead",
                "slots",
                "Expected to reach " + Math.round(peak) + " slots within " + hours.size() + " hours"
                        + (capacity == null ? "." : "; capacity is " + capacity + " now."),
                hours.stream().map(CapacityForecast.Quantiles::at).toList(),
                lines);
    }

    private static Plot.Line line(
            String name,
            Plot.Kind kind,
            List<CapacityForecast.Quantiles> hours,
            ToDoubleFunction<CapacityForecast.Quantiles> value) {
        return new Plot.Line(
                name,
                kind,
                hours.stream().<@Nullable Double>map(value::applyAsDouble).toList());
    }
}
