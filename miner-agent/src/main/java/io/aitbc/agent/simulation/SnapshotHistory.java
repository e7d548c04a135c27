package io.aitbc.agent.simulation;

import io.aitbc.agent.simulation.HistoryRow.Interval;
import io.aitbc.agent.simulation.HistoryRow.Outcome;
import io.aitbc.agent.simulation.HistoryRow.Snapshot;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The pool as a whole, once an hour, counted from the miners' own histories. */
final class SnapshotHistory {

    private static final Duration STEP = Duration.ofHours(1);

    private final FactIds ids;
    private final Span past;
    private final int[] up;
    private final int[] busyGpus;
    private int miners;
    private int capacity;

    SnapshotHistory(FactIds ids) {
        this.ids = ids;
        this.past = MinerHistory.past(ids.anchor());
        int hours = (int) Duration.between(past.from(), past.to()).dividedBy(STEP);
        this.up = new int[hours];
        this.busyGpus = new int[hours];
    }

    void add(MinerHistory history) {
        miners++;
        capacity += history.miner().gpuCount();
        for (Interval interval : history.intervals()) {
            if (interval.state().equals("UP")) {
                count(new Span(interval.startedAt(), interval.endedAt()), 1, up);
            }
        }
        for (Outcome job : history.outcomes()) {
            count(new Span(job.startedAt(), job.finishedAt()), job.gpuCount(), busyGpus);
        }
    }

    private void count(Span span, int weight, int[] counts) {
        for (int hour = 0; hour < counts.length; hour++) {
            if (span.holds(moment(hour))) {
                counts[hour] += weight;
            }
        }
    }

    private Instant moment(int hour) {
        return past.from().plus(STEP.multipliedBy(hour));
    }

    List<Snapshot> rows() {
        List<Snapshot> rows = new ArrayList<>();
        for (int hour = 0; hour < up.length; hour++) {
            BigDecimal used = BigDecimal.valueOf(100L * Math.min(busyGpus[hour], capacity))
                    .divide(BigDecimal.valueOf(Math.max(1, capacity)), 2, RoundingMode.HALF_UP);
            rows.add(new Snapshot(
                    ids.of("snapshot", 0, hour),
                    miners,
                    up[hour],
                    capacity,
                    0,
                    used,
                    capacity,
                    "+0%",
                    moment(hour),
                    Map.of("simulated", true, "running_gpus", busyGpus[hour])));
        }
        return rows;
    }
}
