package io.aitbc.coordinator.usage;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was used and what it costs, not yet rounded to money.
 *
 * @param tenantId null means all tenants together
 * @param cost one amount per currency
 */
record UsageMetrics(
        @Nullable String tenantId,
        int hours,
        Instant from,
        Instant to,
        long events,
        List<Cost> cost,
        List<ResourceTotal> totals,
        List<HourTotal> byHour,
        List<MinerTotal> topMiners,
        List<JobTotal> topJobs) {

    /** An amount, to eight decimals. */
    record Cost(String currency, BigDecimal amount) {}

    /**
     * One resource.
     *
     * @param unpricedEvents events that neither bring a price nor find one in the price book; they cost nothing here
     */
    record ResourceTotal(
            String resourceType,
            long events,
            BigDecimal quantity,
            String currency,
            BigDecimal cost,
            long unpricedEvents) {}

    /** One resource in one hour that begins at {@code hour}. */
    record HourTotal(
            Instant hour, String resourceType, long events, BigDecimal quantity, String currency, BigDecimal cost) {}

    /** One miner, over all resources. */
    record MinerTotal(String minerId, long events, String currency, BigDecimal cost) {}

    /** One job, over all resources. */
    record JobTotal(String jobId, long events, String currency, BigDecimal cost) {}
}
