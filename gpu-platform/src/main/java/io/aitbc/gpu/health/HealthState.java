package io.aitbc.gpu.health;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All that a monitor knows of one GPU, to be kept by a host over a restart.
 *
 * @param lastAt of the last sample; null when none came
 * @param intervalMillis the learned pace of its samples
 * @param lastXid the XID of the last sample that had one; null when none had
 */
public record HealthState(
        String gpuUuid,
        @Nullable String model,
        @Nullable Instant lastAt,
        long intervalMillis,
        @Nullable Integer lastXid,
        List<OfRule> rules) {

    /**
     * How one rule stands.
     *
     * @param status of its condition in the last sample
     * @param creditMillis time that it held while pending, or was gone while open
     * @param counter the counter that it watches; null for none
     * @param increases pairs of instant (ms) and amount, oldest first
     * @param xidAt when an XID of its kind was last seen; null for never
     * @param alert the last alert, open or not
     */
    public record OfRule(
            String rule,
            boolean pending,
            int status,
            long creditMillis,
            @Nullable Instant since,
            @Nullable Double counter,
            List<Long> increases,
            @Nullable Instant xidAt,
            int xid,
            @Nullable Alert alert) {

        public OfRule {
            increases = List.copyOf(increases);
            if (increases.size() % 2 != 0) {
                throw new IllegalArgumentException("increases must be pairs");
            }
        }

        /** Whether it says nothing that the next two samples would not say as well. */
        boolean isQuiet() {
            return !pending && alert == null && increases.isEmpty() && xidAt == null;
        }
    }

    public HealthState {
        Objects.requireNonNull(gpuUuid);
        rules = List.copyOf(rules);
    }

    /**
     * Whether nothing needs to be kept: handing the monitor the GPU's last sample again does as well.
     */
    public boolean isQuiet() {
        return rules.stream().allMatch(OfRule::isQuiet);
    }
}
