package io.aitbc.coordinator.usage;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The usage of the last 24 hours and what it costs, as Prometheus series: the same on every replica, about a minute old, and of all
 * tenants together. To look at, not to bill by: Prometheus has no decimals.
 */
@Component
class DayMeters {

    private static final Duration DAY = Duration.ofDays(1);

    private final UsageStatistics statistics;
    private final Clock clock;
    private final MultiGauge quantity;
    private final MultiGauge cost;

    DayMeters(UsageStatistics statistics, Clock clock, MeterRegistry meters) {
        this.statistics = statistics;
        this.clock = clock;
        this.quantity = MultiGauge.builder("coordinator.usage.last.day.quantity")
                .description("Used in the last 24 hours, in the resource's unit")
                .register(meters);
        this.cost = MultiGauge.builder("coordinator.usage.last.day.cost")
                .description("What that costs by the price book, in the currency, before free units, tiers and taxes")
                .register(meters);
    }

    @Scheduled(fixedDelayString = "PT1M", initialDelayString = "PT20S")
    void look() {
        List<UsageMetrics.ResourceTotal> totals =
                statistics.since(clock.instant().minus(DAY));
        quantity.register(rows(totals, UsageMetrics.ResourceTotal::quantity), true);
        cost.register(rows(totals, UsageMetrics.ResourceTotal::cost), true);
    }

    private static List<MultiGauge.Row<?>> rows(
            List<UsageMetrics.ResourceTotal> totals, Function<UsageMetrics.ResourceTotal, BigDecimal> value) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        totals.forEach(total -> rows.add(MultiGauge.Row.of(
                Tags.of("resource_type", total.resourceType(), "currency", total.currency()), value.apply(total))));
        return rows;
    }
}
