package io.aitbc.poolhub.sla;

import io.aitbc.service.web.SpreadsheetCell;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A month of one miner, for a person who wants to check it.
 *
 * @param uptimePct null when nothing is known of the month
 * @param coverage known time / length of the month so far, 0..1
 * @param intervals what the uptime was computed from, cut to the month
 * @param inputsSha256 SHA-256 over the intervals as lines {@code state,start,end} in this order
 */
public record SlaReport(
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
    public record Interval(
            String state,
            Instant start,
            Instant end,
            String source,
            @Nullable String reason) {}

    /** The month as CSV: what it is about in lines that begin with #, then the intervals. */
    public String csv() {
        StringBuilder text = new StringBuilder();
        text.append("# miner_id,").append(minerId()).append("\r\n");
        text.append("# month,").append(month()).append("\r\n");
        text.append("# formula,\"").append(formula()).append("\"\r\n");
        text.append("# uptime_pct,").append(Objects.toString(uptimePct(), "")).append("\r\n");
        text.append("# coverage,").append(coverage()).append("\r\n");
        text.append("# inputs_sha256,").append(inputsSha256()).append("\r\n");
        text.append("state,start,end,source,reason\r\n");
        for (Interval interval : intervals()) {
            String reason = SpreadsheetCell.of(interval.reason()).replace("\"", "\"\"");
            text.append(interval.state())
                    .append(',')
                    .append(interval.start())
                    .append(',')
                    .append(interval.end())
                    .append(',')
                    .append(interval.source())
                    .append(",\"")
                    .append(reason)
                    .append("\"\r\n");
        }
        return text.toString();
    }
}
