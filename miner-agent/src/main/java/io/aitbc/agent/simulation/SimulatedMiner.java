package io.aitbc.agent.simulation;

import io.aitbc.agent.hub.Registration;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One invented miner, decided by the seed and its number alone.
 *
 * @param usualLatencyMs what it takes to answer when nothing is wrong with it
 */
record SimulatedMiner(
        int number, GpuModel gpu, int gpuCount, String region, Personality personality, int usualLatencyMs) {

    private static final String[] REGIONS = {"eu-west", "eu-north", "us-east", "us-west", "ap-south"};
    private static final int SLOW_LATENCY_MS = 1500;

    static SimulatedMiner of(long seed, int number) {
        Chance chance = Chance.of(seed, "miner", number);
        GpuModel gpu = chance.oneOf(GpuModel.values());
        int gpuCount = 1 << chance.between(0, Integer.numberOfTrailingZeros(gpu.mostPerMachine));
        return new SimulatedMiner(
                number, gpu, gpuCount, chance.oneOf(REGIONS), Personality.of(number), chance.between(40, 320));
    }

    String id() {
        return String.format(Locale.ROOT, "sim-%04d", number);
    }

    /** Typical latency; a repaired miner had the other one before its repair. */
    double latencyMs(boolean beforeRepair) {
        return switch (personality) {
            case SLOW -> SLOW_LATENCY_MS;
            case ONCE_SLOW -> beforeRepair ? SLOW_LATENCY_MS : usualLatencyMs;
            case RELIABLE, FLAKY, FAILING, ONCE_FAILING -> usualLatencyMs;
        };
    }

    /** How likely a job fails on it. */
    double failureRate(boolean beforeRepair) {
        return switch (personality) {
            case FAILING -> 0.25;
            case ONCE_FAILING -> beforeRepair ? 0.2 : 0.01;
            case RELIABLE, FLAKY, SLOW, ONCE_SLOW -> 0.01;
        };
    }

    Registration registration(String key) {
        return new Registration(
                id(),
                key,
                id() + ".simulated.invalid:9000",
                "http",
                gpu.product,
                BigDecimal.valueOf(gpu.vramGb),
                gpuCount,
                16 * gpuCount,
                BigDecimal.valueOf(128L * gpuCount),
                gpuCount,
                price(),
                Map.of("simulated", "true"),
                List.of("cuda", "pytorch", gpuCount > 1 ? "multi-gpu" : "single-gpu"),
                region);
    }

    /** Machines that fail or dawdle have to be cheaper. */
    private BigDecimal price() {
        BigDecimal factor = personality == Personality.RELIABLE ? BigDecimal.ONE : new BigDecimal("0.90");
        return new BigDecimal(gpu.pricePerHour).multiply(factor).setScale(4, RoundingMode.HALF_UP);
    }
}
