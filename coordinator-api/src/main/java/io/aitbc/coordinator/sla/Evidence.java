package io.aitbc.coordinator.sla;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What lies behind an episode of a metric that is measured over a longer time.
 *
 * @param measuredFrom first instant that any of its values rests on
 * @param measuredTo first instant that none rests on any more
 * @param downSeconds how long the miner was not up between the two
 * @param outages when that was, the first hundred times
 */
record Evidence(
        @Nullable Instant measuredFrom,
        @Nullable Instant measuredTo,
        @Nullable Long downSeconds,
        @Nullable List<@Nullable Outage> outages) {

    private static final int MOST_OUTAGES = 100;

    /** A time in which the miner was DOWN or DEGRADED. */
    record Outage(
            @Nullable String state,
            @Nullable Instant from,
            @Nullable Instant to) {

        boolean isWhole() {
            return state != null
                    && state.matches("[A-Z]{1,16}")
                    && EpisodeRow.isStorable(from)
                    && EpisodeRow.isStorable(to);
        }
    }

    @Nullable
    String fault() {
        boolean measured = EpisodeRow.isStorable(measuredFrom) && EpisodeRow.isStorable(measuredTo);
        if (!measured || downSeconds == null || downSeconds < 0) {
            return "evidence must have measured_from, measured_to and down_seconds of 0 or more.";
        }
        boolean listed = outages == null
                || outages.size() <= MOST_OUTAGES
                        && outages.stream().allMatch(outage -> outage != null && outage.isWhole());
        return listed ? null : "evidence may list at most " + MOST_OUTAGES + " outages, each with state, from and to.";
    }
}
