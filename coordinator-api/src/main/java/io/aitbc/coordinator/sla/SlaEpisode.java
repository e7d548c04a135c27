package io.aitbc.coordinator.sla;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;

/**
 * A time in which a miner did not keep a service level. Episodes of one miner and metric never overlap.
 *
 * @param source the pool that reported it, within which its id is unique
 * @param metric such as {@code uptime_pct}
 * @param threshold what had to be kept, in the metric's unit
 * @param worst what was measured at worst, in the same unit
 * @param startedAt its first instant
 * @param endedAt its first instant no longer
 */
public record SlaEpisode(
        String source,
        UUID episodeId,
        String minerId,
        String metric,
        BigDecimal threshold,
        BigDecimal worst,
        Instant startedAt,
        Instant endedAt) {}
