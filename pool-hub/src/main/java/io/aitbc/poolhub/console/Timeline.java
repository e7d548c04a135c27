package io.aitbc.poolhub.console;

import io.aitbc.poolhub.miner.MinerState;
import io.aitbc.poolhub.miner.StateInterval;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * When a miner was in which state, as a strip that is a thousand wide; agreed downtime lies over the rest.
 *
 * @param stretches oldest first
 */
record Timeline(Instant from, Instant to, List<Stretch> stretches) {

    private static final double WIDTH = 1_000;

    /**
     * One state for a while.
     *
     * @param x where it begins, 0..1000
     * @param width at least half a thousandth, so that short trouble is seen
     * @param agreed whether it is agreed downtime, which lies over what was seen
     */
    record Stretch(MinerState state, Instant start, Instant end, String note, double x, double width, boolean agreed) {}

    /** Cuts intervals to [from, to); what lasts, lasts until {@code now}. */
    static Timeline of(List<StateInterval> intervals, Instant from, Instant to, Instant now) {
        List<Stretch> stretches = new ArrayList<>();
        double length = Duration.between(from, to).toMillis();
        for (StateInterval interval : intervals) {
            Instant start = interval.startedAt().isBefore(from) ? from : interval.startedAt();
            Instant open = interval.endedAt() == null ? now : interval.endedAt();
            Instant end = open.isAfter(to) ? to : open;
            if (start.isBefore(end)) {
                double x = WIDTH * Duration.between(from, start).toMillis() / length;
                double width = WIDTH * Duration.between(start, end).toMillis() / length;
                String note = (interval.reason() == null ? "" : interval.reason())
                        + (interval.actor() == null ? "" : " (" + interval.actor() + ")");
                stretches.add(new Stretch(
                        interval.state(),
                        start,
                        end,
                        note.strip(),
                        x,
                        Math.max(0.5, width),
                        interval.state() == MinerState.MAINTENANCE));
            }
        }
        return new Timeline(from, to, stretches);
    }
}
