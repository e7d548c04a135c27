package io.aitbc.agent.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * When a miner was not there during its past: outages, and maintenance that was announced (and thus held against
 * nobody). They do not touch each other, and are in order.
 */
record Absences(List<Span> outages, List<Span> maintenance) {

    private static final Duration A_DAY = Duration.ofDays(1);

    static Absences of(Chance chance, SimulatedMiner miner, Span past) {
        List<Span> maintenance = new ArrayList<>();
        List<Span> outages = new ArrayList<>();
        if (miner.personality() == Personality.FLAKY) {
            lastDay(chance, miner, past, outages);
            Instant next = past.from().plus(chance.waitFor(Duration.ofHours(36)));
            while (next.isBefore(past.to().minus(A_DAY.plusHours(3)))) {
                outages.add(span(next, chance.between(Duration.ofMinutes(20), Duration.ofMinutes(90))));
                next = next.plus(Duration.ofHours(2)).plus(chance.waitFor(Duration.ofHours(36)));
            }
        } else {
            if (chance.happens(0.25)) {
                maintenance.add(span(somewhere(chance, past), Duration.ofHours(2)));
            }
            for (int left = chance.between(0, 2); left > 0; left--) {
                Span outage =
                        span(somewhere(chance, past), chance.between(Duration.ofMinutes(6), Duration.ofMinutes(40)));
                if (outages.stream().noneMatch(outage::touches)
                        && maintenance.stream().noneMatch(outage::touches)) {
                    outages.add(outage);
                }
            }
        }
        outages.sort(Comparator.comparing(Span::from));
        return new Absences(List.copyOf(outages), List.copyOf(maintenance));
    }

    /** A flaky miner's last day: every other one was away for so long that it is critical, the others' is high. */
    private static void lastDay(Chance chance, SimulatedMiner miner, Span past, List<Span> outages) {
        Instant from = past.to().minus(chance.between(Duration.ofHours(9), Duration.ofHours(16)));
        boolean critical = miner.number() / 16 % 2 == 0;
        outages.add(span(
                from,
                critical
                        ? chance.between(Duration.ofHours(4), Duration.ofHours(6))
                        : chance.between(Duration.ofMinutes(100), Duration.ofMinutes(150))));
    }

    private static Instant somewhere(Chance chance, Span past) {
        Duration most = Duration.between(past.from(), past.to()).minus(A_DAY.multipliedBy(3));
        return past.from().plus(A_DAY).plus(chance.between(Duration.ZERO, most));
    }

    private static Span span(Instant from, Duration length) {
        return new Span(from, from.plus(length));
    }

    /** The absence at a moment. */
    Optional<Span> at(Instant moment) {
        return all().stream().filter(span -> span.holds(moment)).findFirst();
    }

    /** The first absence that begins within a span. */
    Optional<Span> beginningIn(Span span) {
        return all().stream().filter(absence -> span.holds(absence.from())).findFirst();
    }

    /** Both kinds, in order. */
    List<Span> all() {
        List<Span> all = new ArrayList<>(outages);
        all.addAll(maintenance);
        all.sort(Comparator.comparing(Span::from));
        return all;
    }
}
