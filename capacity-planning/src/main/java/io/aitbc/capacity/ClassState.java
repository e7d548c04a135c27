package io.aitbc.capacity;

import io.aitbc.forecasting.planning.Supply;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A class of GPUs, or a whole pool, at one moment. A slot is what {@code max_parallel} counts: room for one job, usually one GPU.
 *
 * @param running slots at work, at least 0
 * @param queued slots that waiting jobs would take, at least 0
 * @param capacity slots of the miners that can work now, at least 0
 * @param miners how many those are
 * @param largestMiner slots of the largest of them
 * @param typicalMiner slots of one miner more or less, above 0
 */
public record ClassState(
        double running, double queued, double capacity, int miners, double largestMiner, double typicalMiner) {

    static final double MOST = 1e9;

    public ClassState {
        within("running", running);
        within("queued", queued);
        within("capacity", capacity);
        within("miners", miners);
        within("largest_miner", largestMiner);
        within("typical_miner", typicalMiner);
        if (typicalMiner <= 0) {
            throw new IllegalArgumentException("typical_miner must be above 0, was " + typicalMiner);
        }
    }

    /** The same with figures beyond all measure cut down to {@value #MOST}. */
    public static ClassState bounded(
            double running, double queued, double capacity, double miners, double largestMiner, double typicalMiner) {
        return new ClassState(
                Math.min(MOST, running),
                Math.min(MOST, queued),
                Math.min(MOST, capacity),
                (int) Math.min(MOST, miners),
                Math.min(MOST, largestMiner),
                Math.min(MOST, typicalMiner));
    }

    /** What is wanted at this moment, whether there is room for it or not. */
    public double demand() {
        return running + queued;
    }

    /** Demand against capacity, %; beyond 100 where work waits; 0 where nothing is wanted. */
    public double demandPct() {
        return demand() == 0 ? 0 : capacity == 0 ? MOST : Math.min(MOST, 100 * demand() / capacity);
    }

    /** Two pools together; a miner more is one such as they have on average. */
    public ClassState plus(ClassState other) {
        double all = (double) miners + other.miners;
        double typical = all == 0
                ? Math.max(typicalMiner, other.typicalMiner)
                : (miners * typicalMiner + other.miners * other.typicalMiner) / all;
        return bounded(
                running + other.running,
                queued + other.queued,
                capacity + other.capacity,
                all,
                Math.max(largestMiner, other.largestMiner),
                typical);
    }

    /** What the rule is asked about; figures from outside need not agree with each other, and are made to. */
    Supply supply() {
        return new Supply(
                capacity, capacity > 0 ? Math.max(1, miners) : miners, Math.min(largestMiner, capacity), typicalMiner);
    }

    Map<String, Object> asMetadata() {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("demand", demand());
        said.put("running", running);
        said.put("queued", queued);
        said.put("capacity", capacity);
        said.put("miners", miners);
        said.put("largest_miner", largestMiner);
        said.put("typical_miner", typicalMiner);
        return said;
    }

    /** Empty unless it says all that is needed; whatever else is there is not looked at. */
    static Optional<ClassState> read(@Nullable Object said) {
        if (!(said instanceof Map<?, ?> map)) {
            return Optional.empty();
        }
        Double running = number(map, "running");
        Double queued = number(map, "queued");
        Double capacity = number(map, "capacity");
        Double miners = number(map, "miners");
        Double largest = number(map, "largest_miner");
        Double typical = number(map, "typical_miner");
        if (running == null
                || queued == null
                || capacity == null
                || miners == null
                || largest == null
                || typical == null
                || typical == 0) {
            return Optional.empty();
        }
        return Optional.of(new ClassState(running, queued, capacity, (int) Math.round(miners), largest, typical));
    }

    private static @Nullable Double number(Map<?, ?> map, String name) {
        return map.get(name) instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() <= MOST
                ? number.doubleValue()
                : null;
    }

    private static void within(String name, double value) {
        if (!(value >= 0 && value <= MOST)) {
            throw new IllegalArgumentException(name + " must be within 0..1000000000, was " + value);
        }
    }
}
