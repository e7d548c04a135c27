package io.aitbc.capacity;

import io.aitbc.forecasting.planning.Priority;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What should be done about capacity, and how often such advice was right.
 *
 * @param currentState {@code healthy}, {@code degraded} (above the target), {@code critical} (more wanted than there is) or
 *     {@code unknown} (no pool has said for a day)
 * @param source {@code coordinator_api} or {@code pool_hub}
 * @param historyHours hours observed of those that were looked at
 * @param historyLast the end of the last hour that was observed; the epoch where none was
 * @param withoutForecast classes that were not judged, since nothing can be said about them yet
 * @param record what became of earlier recommendations
 */
public record CapacityPlan(
        String currentState,
        List<Advice> recommendations,
        String source,
        Instant historyThrough,
        int historyHours,
        Instant historyLast,
        List<String> withoutForecast,
        TrackRecord record) {

    /**
     * One recommendation.
     *
     * @param action {@code add_miners} or {@code remove_miners}
     * @param quantity miners
     * @param gpuClass null: of whatever class
     * @param slots that these miners have together
     * @param currentCapacity slots that can work now
     * @param neededCapacity slots that the rule asks for in all
     * @param p95Demand the demand that it plans for, slots
     * @param neededBy when the shortage is expected; null for fewer miners
     * @param leadTimeHours until a miner that is asked for now works
     */
    public record Advice(
            String action,
            int quantity,
            String reason,
            String priority,
            @Nullable String gpuClass,
            double slots,
            double currentCapacity,
            double neededCapacity,
            double p95Demand,
            @Nullable Instant neededBy,
            int leadTimeHours,
            String model,
            String status) {}

    /**
     * How earlier recommendations turned out.
     *
     * @param made all of them
     * @param scored those whose time is over
     * @param right those of them that were needed (more miners) or did no harm (fewer)
     * @param hitRate right of scored, 0..1; null while none is scored
     */
    public record TrackRecord(
            int made, int scored, int right, @Nullable Double hitRate) {}

    /** The same, by somebody else's name. */
    public CapacityPlan from(String newSource) {
        return new CapacityPlan(
                currentState,
                recommendations,
                newSource,
                historyThrough,
                historyHours,
                historyLast,
                withoutForecast,
                record);
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    static int urgency(Advice advice) {
        return -Priority.valueOf(advice.priority().toUpperCase(Locale.ROOT)).ordinal();
    }
}
