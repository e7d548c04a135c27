package io.aitbc.poolhub.console;

import io.aitbc.capacity.CapacityForecast;
import io.aitbc.capacity.CapacitySnapshot;
import io.aitbc.gpu.remediation.CircuitBreaker.Trip;
import io.aitbc.gpu.rules.Severity;
import io.aitbc.poolhub.gpu.GpuHeat;
import io.aitbc.poolhub.miner.MinerState;
import io.aitbc.poolhub.sla.SlaReads;
import io.aitbc.poolhub.usage.UsageBoard;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pool at a glance.
 *
 * @param snapshot how the pool was counted last; null before the first time
 * @param alerts how many are active, the severest first; none of rules that are only tried out
 * @param trips what the circuit breaker holds up
 * @param missing sentences on what could not be found out
 */
record Overview(
        Instant at,
        SlaReads.Open violations,
        Map<MinerState, Integer> miners,
        @Nullable CapacitySnapshot snapshot,
        @Nullable CapacityForecast forecast,
        @Nullable Plot demand,
        List<GpuHeat.Tile> gpus,
        long gpuCount,
        Map<Severity, Integer> alerts,
        List<Trip> trips,
        UsageBoard.Unsettled billing,
        Collections collections,
        List<String> missing) {

    private static final Duration SILENT = Duration.ofMinutes(5);

    /** When each of the hub's rounds was last made; null before the first time. */
    record Collections(
            @Nullable Instant serviceLevels,
            @Nullable Instant capacity,
            @Nullable Instant gpus) {}

    /** Whether anybody has ever registered. */
    public boolean isEmpty() {
        return minerCount() == 0;
    }

    /** Enrolled miners. */
    public int minerCount() {
        return miners.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Whether it has said nothing for a while: what it said last need not hold any more. */
    public boolean isSilent(GpuHeat.Tile gpu) {
        return gpu.celsius() == null || gpu.at().isBefore(at.minus(SILENT));
    }

    /** t0 (cool) to t4 (hot), tx when it does not say. */
    public String heat(GpuHeat.Tile gpu) {
        Double celsius = gpu.celsius();
        if (celsius == null || isSilent(gpu)) {
            return "tx";
        }
        return celsius < 50 ? "t0" : celsius < 70 ? "t1" : celsius < 80 ? "t2" : celsius < 90 ? "t3" : "t4";
    }
}
