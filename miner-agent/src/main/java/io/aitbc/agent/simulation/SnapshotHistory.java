package io.aitbc.agent.simulation;

import io.aitbc.agent.simulation.HistoryRow.Interval;
import io.aitbc.agent.simulation.HistoryRow.Outcome;
import io.aitbc.agent.simulation.HistoryRow.Snapshot;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The pool as a whole and by GPU model, once an hour, counted from the miners' own histories. */
final class SnapshotHistory {

    private static final Duration STEP = Duration.ofHours(1);

    private final FactIds ids;
    private final Span past;
    private final int hours;
    private final List<Past> miners = new ArrayList<>();

    /** A miner's GPUs at work and whether it was up, by hour. */
    private record Past(SimulatedMiner miner, boolean[] up, int[] busyGpus) {}

    /** What the miners of one model, or all of them, have at one moment. */
    private static final class Tally {
        private int running;
        private int capacity;
        private int up;
        private int largest;
        private final List<Integer> sizes = new ArrayList<>();

        void add(int gpus, boolean isUp, int busy) {
            sizes.add(gpus);
            running += busy;
            up += isUp ? 1 : 0;
            capacity += isUp ? gpus : 0;
            largest = Math.max(largest, isUp ? gpus : 0);
        }

        Map<String, Object> metadata() {
            Map<String, Object> said = new LinkedHashMap<>();
            said.put("running", running);
            said.put("queued", 0);
            said.put("capacity", capacity);
            said.put("miners", up);
            said.put("largest_miner", largest);
            said.put("typical_miner", sizes.stream().sorted().toList().get(sizes.size() / 2));
            return said;
        }
    }

    SnapshotHistory(FactIds ids) {
        this.ids = ids;
        this.past = MinerHistory.past(ids.anchor());
        this.hours = (int) Duration.between(past.from(), past.to()).dividedBy(STEP);
    }

    void add(MinerHistory history) {
        Past own = new Past(history.miner(), new boolean[hours], new int[hours]);
        for (Interval interval : history.intervals()) {
            Span span = new Span(interval.startedAt(), interval.endedAt());
            for (int hour = 0; hour < hours; hour++) {
                own.up[hour] |= interval.state().equals("UP") && span.holds(moment(hour));
            }
        }
        for (Outcome job : history.outcomes()) {
            Span run = new Span(job.startedAt(), job.finishedAt());
            for (int hour = 0; hour < hours; hour++) {
                own.busyGpus[hour] += run.holds(moment(hour)) ? job.gpuCount() : 0;
            }
        }
        miners.add(own);
    }

    private Instant moment(int hour) {
        return past.from().plus(STEP.multipliedBy(hour));
    }

    List<Snapshot> rows() {
        List<Snapshot> rows = new ArrayList<>();
        for (int hour = 0; hour < hours && !miners.isEmpty(); hour++) {
            Tally total = new Tally();
            Map<String, Tally> classes = new TreeMap<>();
            int active = 0;
            for (Past one : miners) {
                int gpus = one.miner.gpuCount();
                int busy = Math.min(gpus, one.busyGpus[hour]);
                total.add(gpus, one.up[hour], busy);
                classes.computeIfAbsent(one.miner.gpu().product, model -> new Tally())
                        .add(gpus, one.up[hour], busy);
                active += one.up[hour] && busy < gpus ? 1 : 0;
            }
            rows.add(row(hour, total, classes, active));
        }
        return rows;
    }

    private Snapshot row(int hour, Tally total, Map<String, Tally> classes, int active) {
        Map<String, Object> metadata = total.metadata();
        Map<String, Object> each = new LinkedHashMap<>();
        classes.forEach((model, tally) -> each.put(model, tally.metadata()));
        metadata.put("classes", each);
        metadata.put("simulated", true);
        BigDecimal used = BigDecimal.valueOf(100L * Math.min(total.running, total.capacity))
                .divide(BigDecimal.valueOf(Math.max(1, total.capacity)), 2, RoundingMode.HALF_UP);
        return new Snapshot(
                ids.of("snapshot", 0, hour), miners.size(), active, total.capacity, 0, used, moment(hour), metadata);
    }
}
