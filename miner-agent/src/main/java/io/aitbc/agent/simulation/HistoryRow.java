package io.aitbc.agent.simulation;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One line of a history import, in the hub's words. */
sealed interface HistoryRow {

    /** When the fact was known: what decides whether it belongs to the first or the second part of the import. */
    Instant at();

    record Interval(UUID id, String minerId, String state, Instant startedAt, Instant endedAt) implements HistoryRow {
        @Override
        public Instant at() {
            return startedAt;
        }
    }

    record MatchResult(UUID id, String minerId, String jobId, double etaMs, double score, Instant createdAt)
            implements HistoryRow {
        @Override
        public Instant at() {
            return createdAt;
        }
    }

    record Outcome(
            UUID id,
            String jobId,
            String minerId,
            @Nullable String tenantId,
            String outcome,
            double latencyMs,
            @Nullable String failCode,
            int gpuCount,
            Instant startedAt,
            Instant finishedAt,
            Instant recordedAt)
            implements HistoryRow {
        @Override
        public Instant at() {
            return recordedAt;
        }
    }

    record Usage(
            UUID eventId,
            String tenantId,
            String minerId,
            @Nullable String jobId,
            String resourceType,
            BigDecimal quantity,
            Instant occurredAt,
            Instant periodStart,
            Instant periodEnd,
            Map<String, Object> metadata)
            implements HistoryRow {
        @Override
        public Instant at() {
            return occurredAt;
        }
    }

    record Snapshot(
            UUID id,
            int totalMiners,
            int activeMiners,
            int totalParallelCapacity,
            int totalQueueLength,
            BigDecimal capacityUtilizationPct,
            Instant timestamp,
            Map<String, Object> metadata)
            implements HistoryRow {
        @Override
        public Instant at() {
            return timestamp;
        }
    }
}
