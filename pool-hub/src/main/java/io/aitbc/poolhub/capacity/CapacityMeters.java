package io.aitbc.poolhub.capacity;

import io.aitbc.capacity.ClassState;
import io.aitbc.capacity.DemandHistory;
import io.aitbc.capacity.Scope;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Capacity as Prometheus series, by class of GPUs, the same on every replica. */
@Component
class CapacityMeters {

    private static final Scope POOL = Scope.pool(SnapshotBook.THIS_POOL);

    private final DemandHistory history;
    private final SnapshotBook book;
    private final AlertEpisodes episodes;
    private final Clock clock;
    private final MultiGauge slots;
    private final MultiGauge demand;
    private volatile int unsent;
    private volatile int alerting;

    CapacityMeters(
            DemandHistory history, SnapshotBook book, AlertEpisodes episodes, Clock clock, MeterRegistry meters) {
        this.history = history;
        this.book = book;
        this.episodes = episodes;
        this.clock = clock;
        this.slots = MultiGauge.builder("poolhub.capacity.slots")
                .description("Slots that can work, by class of GPUs")
                .register(meters);
        this.demand = MultiGauge.builder("poolhub.capacity.demand.slots")
                .description("Slots that running and waiting work takes, by class of GPUs")
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

    private static List<MultiGauge.Row<?>> rows(Map<String, ClassState> classes, ToDoubleFunction<ClassState> value) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        classes.forEach(
                (name, state) -> rows.add(MultiGauge.Row.of(Tags.of("gpu_class", name), value.applyAsDouble(state))));
        return rows;
    }
}
