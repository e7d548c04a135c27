package io.aitbc.poolhub.gpu;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** What the circuit breaker holds up, as Prometheus series, the same on every replica. */
@Component
class BreakerMeters {

    private final SweepBook book;
    private final MultiGauge held;

    BreakerMeters(SweepBook book, MeterRegistry meters) {
        this.book = book;
        this.held = MultiGauge.builder("poolhub.gpu.breaker.held")
                .description("GPUs whose quarantine the circuit breaker holds up, by group; none while it is closed")
                .register(meters);
    }

    @Scheduled(fixedDelayString = "PT10S", initialDelayString = "PT5S")
    void look() {
        held.register(
                book.trips().stream()
                        .map(trip -> MultiGauge.Row.of(
                                Tags.of("group", trip.group()), trip.held().size()))
                        .toList(),
                true);
    }
}
