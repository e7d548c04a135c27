package io.aitbc.poolhub.sla;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A month of one miner, for a person who wants to check it.
 *
 * @param uptimePct null when nothing is known of the month
 * @param coverage known time / length of the month so far, 0..1
 * @param intervals what the uptime was computed from, cut to the month
 * @param inputsSha256 SHA-256 over the intervals as lines {@code state,start,end} in this order
 */
record SlaReport(
        String minerId,
        String month,
        Instant from,
        Instant to,
        String formula,
        @Nullable Double uptimePct,
        double upSeconds,
        double knownSeconds,
        double maintenanceSeconds,
        double coverage,
        List<Interval> intervals,
        List<Violation> violations,
        String inputsSha256) {

    static final String FORMULA =
            "uptime_pct = 100 * UP / (UP + DEGRADED + DOWN), each without the time in MAINTENANCE;"
                    + " UNKNOWN and NOT_ENROLLED count neither way";

    /** One stretch, [start, end). */
    record Interval(
            String state,
            Instant start,
            Instant end,
            String source,
            @Nullable String reason) {}
}
