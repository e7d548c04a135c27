package io.aitbc.poolhub.match;

import io.aitbc.poolhub.miner.FleetMiner;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A miner that fits.
 *
 * @param score 0..1, higher is better
 * @param explain the parts of the score, each 0..1 before it is weighed
 * @param etaMs how long the miner takes to answer, ms; null when it never said
 * @param price of a GPU hour
 */
record Candidate(
        String minerId,
        @Nullable String addr,
        @Nullable String proto,
        double score,
        Parts explain,
        @Nullable Double etaMs,
        BigDecimal price) {

    /** The parts of a score. */
    record Parts(double capability, double price, double latency, double trust, double load) {}

    static Candidate of(FleetMiner miner, double score, Parts parts) {
        return new Candidate(miner.minerId(), miner.addr(), miner.proto(), score, parts, miner.etaMs(), miner.price());
    }
}
