package io.aitbc.agent.simulation;

import io.aitbc.agent.simulation.HistoryRow.Interval;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One miner's two weeks before the fleet first started, decided by seed, number and the moment at which they end:
 * everything in it happened before that moment.
 */
final class MinerHistory {

    static final Duration LENGTH = Duration.ofDays(14);
    static final Duration SINCE_REPAIR = Duration.ofHours(1);

    private final SimulatedMiner miner;
    private final FactIds ids;
    private final Span past;
    private final Absences absences;
    private final WorkHistory work;

    MinerHistory(SimulatedMiner miner, FactIds ids) {
        this.miner = miner;
        this.ids = ids;
        this.past = past(ids.anchor());
        this.absences = Absences.of(Chance.of(ids.seed(), "absences", miner.number()), miner, past);
        this.work = new WorkHistory(miner, ids, past, absences);
    }

    static Span past(Instant anchor) {
        return new Span(anchor.minus(LENGTH), anchor);
    }

    /** From the first to the last moment without a gap; maintenance lies over the outage that it was. */
    List<Interval> intervals() {
        List<Interval> rows = new ArrayList<>();
        Instant from = past.from();
        for (Span absence : absences.all()) {
            rows.add(interval("UP", new Span(from, absence.from()), rows.size()));
            rows.add(interval("DOWN", absence, rows.size()));
            from = absence.to();
        }
        rows.add(interval("UP", new Span(from, past.to()), rows.size()));
        for (Span maintenance : absences.maintenance()) {
            rows.add(interval("MAINTENANCE", maintenance, rows.size()));
        }
        return rows;
    }

    private Interval interval(String state, Span span, int n) {
        return new Interval(ids.of("interval", miner.number(), n), miner.id(), state, span.from(), span.to());
    }

    List<HistoryRow.MatchResult> matchResults() {
        return work.matchResults();
    }

    List<HistoryRow.Outcome> outcomes() {
        return work.outcomes();
    }

    List<HistoryRow.Usage> usage() {
        return work.usage();
    }

    SimulatedMiner miner() {
        return miner;
    }
}
