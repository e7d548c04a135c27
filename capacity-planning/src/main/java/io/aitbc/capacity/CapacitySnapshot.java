package io.aitbc.capacity;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pool at one moment, as it is stored, sent and shown.
 *
 * @param totalMiners enrolled, whether they work or not
 * @param activeMiners those that could take a job
 * @param totalParallelCapacity slots of the miners that can work now
 * @param totalQueueLength jobs that wait
 * @param capacityUtilizationPct slots at work of those that there are, 0..100
 * @param forecastCapacity demand expected at the end of the horizon, slots; null where no forecast could be made
 * @param recommendedScaling change of capacity that is recommended, such as {@code +50%}; null like the forecast
 * @param metadata {@code classes}: each class of GPUs, as {@link ClassState} has it, and the pool's own figures
 */
public record CapacitySnapshot(
        UUID id,
        int totalMiners,
        int activeMiners,
        int totalParallelCapacity,
        int totalQueueLength,
        double capacityUtilizationPct,
        @Nullable Integer forecastCapacity,
        @Nullable String recommendedScaling,
        @Nullable String scalingReason,
        Instant timestamp,
        Map<String, Object> metadata) {

    /** Classes beyond so many are only counted in the total. */
    static final int MOST_CLASSES = 200;

    private static final Pattern NAME = Pattern.compile("(?=.*\\S)[^\\p{Cntrl}]{1,128}");
    private static final String CLASSES = "classes";

    /** The figures that {@link #total()} and {@link #classes()} read again. */
    public static Map<String, Object> metadata(ClassState total, Map<String, ClassState> classes) {
        Map<String, Object> metadata = new LinkedHashMap<>(total.asMetadata());
        Map<String, Object> each = new TreeMap<>();
        classes.forEach((name, state) -> each.put(name, state.asMetadata()));
        metadata.put(CLASSES, each);
        return metadata;
    }

    /** The whole pool; what the metadata do not say is taken from the columns. */
    public ClassState total() {
        return ClassState.read(metadata).orElseGet(() -> {
            double capacity = bounded(totalParallelCapacity);
            double used = Math.min(100, Math.max(0, capacityUtilizationPct));
            double typical = totalMiners > 0 && capacity > 0 ? Math.max(1, capacity / totalMiners) : 1;
            return new ClassState(
                    capacity * used / 100,
                    bounded(totalQueueLength),
                    capacity,
                    (int) bounded(totalMiners),
                    Math.min(typical, capacity),
                    typical);
        });
    }

    private static double bounded(int figure) {
        return Math.min(ClassState.MOST, Math.max(0, figure));
    }

    /** Each class by its name; empty when the snapshot does not tell classes apart. */
    public Map<String, ClassState> classes() {
        Map<String, ClassState> classes = new TreeMap<>();
        if (metadata.get(CLASSES) instanceof Map<?, ?> said) {
            said.forEach((name, state) -> {
                if (name instanceof String text && NAME.matcher(text).matches()) {
                    ClassState.read(state)
                            .filter(read -> classes.size() < MOST_CLASSES)
                            .ifPresent(read -> classes.put(text, read));
                }
            });
        }
        return classes;
    }
}
