package io.aitbc.poolhub.match;

import io.aitbc.poolhub.match.Candidate.Parts;
import io.aitbc.poolhub.miner.FleetMiner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Which miners fit a job best: hard filters first, then a weighed score. No database, no clock. */
final class Matching {

    /** Scores this close are a tie, in parts of the better one. */
    static final double TIE = 0.01;
    /** The latency at which that part of the score is one half, ms. */
    static final double HALF_LATENCY_MS = 200;

    private static final double NOT_STATED = 0.5;

    /**
     * What came of it; the accepted and all rejected add up to the miners looked at.
     *
     * @param accepted how many fit
     * @param rejected how many did not, by the first reason
     * @param reasons miner by miner, only when asked for
     */
    record Result(
            List<Candidate> candidates, int accepted, Map<String, Integer> rejected, Map<String, String> reasons) {}

    private final MatchSettings weights;

    Matching(MatchSettings weights) {
        this.weights = weights;
    }

    /**
     * Finds the best.
     *
     * @param spread where near ties are drawn from, so that callers at the same moment are not all sent to one miner
     * @param mostReasons how many rejected miners to name
     */
    Result match(Collection<FleetMiner> fleet, JobNeeds needs, Instant now, Random spread, int mostReasons) {
        List<FleetMiner> feasible = new ArrayList<>();
        Map<String, Integer> rejected = new LinkedHashMap<>();
        Map<String, String> reasons = new LinkedHashMap<>();
        for (FleetMiner miner : fleet) {
            Rejection rejection = Eligibility.of(miner, needs, now);
            if (rejection == null) {
                feasible.add(miner);
            } else {
                rejected.merge(rejection.label(), 1, Integer::sum);
                if (reasons.size() < mostReasons) {
                    reasons.put(miner.minerId(), rejection.label());
                }
            }
        }
        List<Candidate> ranked = rank(feasible, needs, now);
        spreadTies(ranked, spread);
        List<Candidate> best = List.copyOf(ranked.subList(0, Math.min(needs.wanted(), ranked.size())));
        return new Result(best, feasible.size(), rejected, reasons);
    }

    private List<Candidate> rank(List<FleetMiner> feasible, JobNeeds needs, Instant now) {
        double cheapest = Double.MAX_VALUE;
        double dearest = 0;
        for (FleetMiner miner : feasible) {
            double price = miner.price().doubleValue();
            cheapest = Math.min(cheapest, price);
            dearest = Math.max(dearest, price);
        }
        List<Candidate> candidates = new ArrayList<>(feasible.size());
        for (FleetMiner miner : feasible) {
            double price = miner.price().doubleValue();
            Parts parts = new Parts(
                    capability(miner, needs),
                    dearest > cheapest ? (dearest - price) / (dearest - cheapest) : 1,
                    latency(miner.etaMs()),
                    new Trust(miner.successes(), miner.failures(), miner.trustAt()).meanAt(now),
                    (double) miner.freeSlots() / miner.maxParallel());
            candidates.add(Candidate.of(miner, score(parts), parts));
        }
        candidates.sort(Comparator.comparingDouble(Candidate::score).reversed().thenComparing(Candidate::minerId));
        return candidates;
    }

    private double score(Parts parts) {
        return weights.weightCapability() * parts.capability()
                + weights.weightPrice() * parts.price()
                + weights.weightLatency() * parts.latency()
                + weights.weightTrust() * parts.trust()
                + weights.weightLoad() * parts.load();
    }

    /** How well it fits what was stated: memory without waste, wished capabilities, the preferred region. */
    private static double capability(FleetMiner miner, JobNeeds needs) {
        double sum = 0;
        int stated = 0;
        JobNeeds.Requirements required = needs.required();
        Double vram = miner.vramGb();
        if (required.minVramGb() != null && vram != null && vram > 0) {
            sum += required.minVramGb() / vram;
            stated++;
        }
        List<String> any = required.capabilitiesAny();
        if (any != null && !any.isEmpty()) {
            long has = any.stream().filter(miner.capabilities()::contains).count();
            sum += (double) has / any.size();
            stated++;
        }
        if (needs.hinted().region() != null) {
            sum += needs.hinted().region().equals(miner.region()) ? 1 : 0;
            stated++;
        }
        return stated == 0 ? 1 : sum / stated;
    }

    private static double latency(@Nullable Double etaMs) {
        return etaMs == null ? NOT_STATED : HALF_LATENCY_MS / (HALF_LATENCY_MS + etaMs);
    }

    /** Shuffles each run of scores within {@link #TIE} of the run's best. */
    private static void spreadTies(List<Candidate> ranked, Random spread) {
        int start = 0;
        while (start < ranked.size()) {
            int end = start + 1;
            double bound = ranked.get(start).score() * (1 - TIE);
            while (end < ranked.size() && ranked.get(end).score() >= bound) {
                end++;
            }
            Collections.shuffle(ranked.subList(start, end), spread);
            start = end;
        }
    }
}
