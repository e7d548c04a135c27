package io.aitbc.poolhub.match;

import io.aitbc.poolhub.match.Candidate.Parts;
import io.aitbc.poolhub.miner.FleetMiner;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How good a miner that can take a job is for it: a weighed sum of parts that are each 0..1. */
final class Scoring {

    /** The latency at which that part of the score is one half, ms. */
    static final double HALF_LATENCY_MS = 200;

    private static final double NOT_STATED = 0.5;

    private final MatchSettings weights;

    Scoring(MatchSettings weights) {
        this.weights = weights;
    }

    /** What of the score is the miner's own, whatever the job: latency, trust and load, weighed. */
    double own(FleetMiner miner, Instant now) {
        return weights.weightLatency() * latency(miner.etaMs())
                + weights.weightTrust() * trust(miner, now)
                + weights.weightLoad() * load(miner);
    }

    /** What of the score depends on the job and the kind of machine, weighed. */
    double fit(@Nullable Double vramGb, double skill, @Nullable String region, JobNeeds needs) {
        return weights.weightCapability() * capability(vramGb, skill, region, needs);
    }

    /** By how much the score falls with each unit of price. */
    double perPrice(double cheapest, double dearest) {
        return dearest > cheapest ? weights.weightPrice() / (dearest - cheapest) : 0;
    }

    /** What the cheapest has for its price. */
    double forCheapest() {
        return weights.weightPrice();
    }

    Candidate candidate(FleetMiner miner, JobNeeds needs, double cheapest, double dearest, Instant now) {
        double price = miner.price().doubleValue();
        Parts parts = new Parts(
                capability(miner.vramGb(), skill(miner.capabilities(), needs), miner.region(), needs),
                dearest > cheapest ? (dearest - price) / (dearest - cheapest) : 1,
                latency(miner.etaMs()),
                trust(miner, now),
                load(miner));
        double score = weights.weightCapability() * parts.capability()
                + weights.weightPrice() * parts.price()
                + weights.weightLatency() * parts.latency()
                + weights.weightTrust() * parts.trust()
                + weights.weightLoad() * parts.load();
        return Candidate.of(miner, score, parts);
    }

    /** How well it fits what was stated: memory without waste, wished capabilities, the preferred region. */
    private static double capability(@Nullable Double vramGb, double skill, @Nullable String region, JobNeeds needs) {
        double sum = 0;
        int stated = 0;
        JobNeeds.Requirements required = needs.required();
        if (required.minVramGb() != null && vramGb != null && vramGb > 0) {
            sum += required.minVramGb() / vramGb;
            stated++;
        }
        if (skill >= 0) {
            sum += skill;
            stated++;
        }
        if (needs.hinted().region() != null) {
            sum += needs.hinted().region().equals(region) ? 1 : 0;
            stated++;
        }
        return stated == 0 ? 1 : sum / stated;
    }

    /** The share of the wished capabilities that are there; negative when none are wished. */
    static double skill(Set<String> capabilities, JobNeeds needs) {
        List<String> any = needs.required().capabilitiesAny();
        if (any == null || any.isEmpty()) {
            return -1;
        }
        int has = 0;
        for (String one : any) {
            has += capabilities.contains(one) ? 1 : 0;
        }
        return (double) has / any.size();
    }

    private static double latency(@Nullable Double etaMs) {
        return etaMs == null ? NOT_STATED : HALF_LATENCY_MS / (HALF_LATENCY_MS + etaMs);
    }

    private static double trust(FleetMiner miner, Instant now) {
        return new Trust(miner.successes(), miner.failures(), miner.trustAt()).meanAt(now);
    }

    private static double load(FleetMiner miner) {
        return (double) miner.freeSlots() / miner.maxParallel();
    }
}
