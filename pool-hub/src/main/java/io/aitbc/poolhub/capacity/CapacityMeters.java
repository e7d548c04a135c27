package io.aitbc.poolhub.capacity;

import io.aitbc.capacity.CapacityForecast;
import io.aitbc.capacity.CapacityForecast.Quantiles;
import io.aitbc.capacity.ClassState;
import io.aitbc.capacity.DemandHistory;
import io.aitbc.capacity.Planner;
import io.aitbc.capacity.Scope;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Capacity as Prometheus series, by class of GPUs, the same on every replica. */
@Component
class CapacityMeters {

    private static final Scope POOL = Scope.pool(SnapshotBook.THIS_POOL);
    /** For which hours ahead forecasts are shown. */
    private static final List<Integer> AHEAD = List.of(1, 24);

    private final DemandHistory history;
    private final SnapshotBook book;
    private final AlertEpisodes episodes;
    private final Planner planner;
    private final Clock clock;
    private final MultiGauge slots;
    private final MultiGauge demand;
    private final MultiGauge forecast;
    private final MultiGauge coverage;
    private volatile int unsent;
    private volatile int alerting;

    CapacityMeters(
            DemandHistory history,
            SnapshotBook book,
            AlertEpisodes episodes,
            Planner planner,
            Clock clock,
            MeterRegistry meters) {
        this.history = history;
        this.book = book;
        this.episodes = episodes;
        this.planner = planner;
        this.clock = clock;
        this.slots = MultiGauge.builder("poolhub.capacity.slots")
                .description("Slots that can work, by class of GPUs")
                .register(meters);
        this.demand = MultiGauge.builder("poolhub.capacity.demand.slots")
                .description("Slots that running and waiting work takes, by class of GPUs")
                .register(meters);
        this.forecast = MultiGauge.builder("poolhub.capacity.forecast.slots")
                .description(
                        "Demand forecast for the hour that is hours_ahead away: it stays below p95 with a chance of 95 %")
                .register(meters);
        this.coverage = MultiGauge.builder("poolhub.capacity.forecast.coverage.ratio")
                .description("Share of hours that the central 80 % interval held in the forecast's own backtest")
                .register(meters);
        Gauge.builder("poolhub.capacity.unsent.snapshots", this, me -> me.unsent)
                .description("Capacity snapshots that the coordinator does not have yet")
                .register(meters);
        Gauge.builder("poolhub.capacity.alert.active", this, me -> me.alerting)
                .description("1 while demand is above the configured threshold")
                .register(meters);
    }

    @Scheduled(fixedDelayString = "PT15S", initialDelayString = "PT4S")
    void look() {
        Instant now = clock.instant();
        Map<String, ClassState> classes = history.classes(POOL, now);
        slots.register(rows(classes, ClassState::capacity), true);
        demand.register(rows(classes, ClassState::demand), true);
        unsent = book.unsentCount();
        alerting = (int) episodes.latest(1).stream()
                .filter(episode -> episode.resolvedAt() == null)
                .count();
    }

    /** Absent while too little is known, as in the answers of the API. */
    @Scheduled(fixedDelayString = "PT1M", initialDelayString = "PT20S")
    void lookAhead() {
        CapacityForecast ahead = planner.forecast(POOL, Collections.max(AHEAD), clock.instant());
        List<MultiGauge.Row<?>> band = new ArrayList<>();
        for (Quantiles hour : ahead.quantiles()) {
            if (AHEAD.contains(hour.hour())) {
                band.add(quantile(hour, "p10", hour.p10()));
                band.add(quantile(hour, "p50", hour.p50()));
                band.add(quantile(hour, "p80", hour.p80()));
                band.add(quantile(hour, "p95", hour.p95()));
            }
        }
        forecast.register(band, true);
        Double held = ahead.confidence();
        coverage.register(held == null ? List.of() : List.of(MultiGauge.Row.of(Tags.empty(), held)), true);
    }

    private static MultiGauge.Row<?> quantile(Quantiles hour, String name, double slots) {
        return MultiGauge.Row.of(Tags.of("hours_ahead", Integer.toString(hour.hour()), "quantile", name), slots);
    }

    private static List<MultiGauge.Row<?>> rows(Map<String, ClassState> classes, ToDoubleFunction<ClassState> value) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        classes.forEach(
                (name, state) -> rows.add(MultiGauge.Row.of(Tags.of("gpu_class", name), value.applyAsDouble(state))));
        return rows;
    }
}
