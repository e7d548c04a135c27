package io.aitbc.poolhub.match;

import io.aitbc.poolhub.miner.FleetMiner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a match must find, said in the plainest way: look at every miner, score those that fit, sort them. */
final class PlainMatching {

    /**
     * What came of it.
     *
     * @param ranked all that fit, best first
     * @param runs of each of them, the how manieth group of near ties it is in
     */
    record Result(List<Candidate> ranked, List<Integer> runs, Map<String, Integer> rejected) {}

    private final Scoring scoring;

    PlainMatching(MatchSettings weights) {
        scoring = new Scoring(weights);
    }

    Result match(Collection<FleetMiner> fleet, JobNeeds needs, Instant now) {
        List<FleetMiner> feasible = new ArrayList<>();
        Map<String, Integer> rejected = new HashMap<>();
        for (FleetMiner miner : fleet) {
            Rejection rejection = Eligibility.of(miner, needs, now);
            if (rejection == null) {
                feasible.add(miner);
            } else {
                rejected.merge(rejection.label(), 1, Integer::sum);
            }
        }
        double cheapest = feasible.stream()
                .mapToDouble(miner -> miner.price().doubleValue())
                .min()
                .orElse(0);
        double dearest = feasible.stream()
                .mapToDouble(miner -> miner.price().doubleValue())
                .max()
                .orElse(0);
        List<Candidate> ranked = feasible.stream()
                .map(miner -> scoring.candidate(miner, needs, cheapest, dearest, now))
                .sorted(Comparator.comparingDouble(Candidate::score).reversed())
                .toList();
        List<Integer> runs = new ArrayList<>();
        double bottom = Double.POSITIVE_INFINITY;
        int run = -1;
        for (Candidate candidate : ranked) {
            if (candidate.score() < bottom) {
                bottom = candidate.score() * (1 - Search.TIE);
                run++;
            }
            runs.add(run);
        }
        return new Result(ranked, runs, rejected);
    }
}
