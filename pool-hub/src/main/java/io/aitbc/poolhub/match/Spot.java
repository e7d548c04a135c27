package io.aitbc.poolhub.match;

import io.aitbc.poolhub.miner.FleetMiner;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a miner is in the {@link FleetIndex}. */
final class Spot {

    /** What the hard filters look at beside memory and price; miners alike in this share a {@link Shelf}. */
    record Kind(
            @Nullable String gpuName,
            @Nullable Double vramGb,
            int freeGpus,
            Set<String> capabilities,
            @Nullable String region) {

        static Kind of(FleetMiner miner) {
            return new Kind(miner.gpuName(), miner.vramGb(), miner.freeGpus(), miner.capabilities(), miner.region());
        }
    }

    FleetMiner miner;
    /** Why it is on no shelf; null when it is on one. */
    @Nullable
    Rejection standing;
    /** When it has to be looked at again at the latest, as far as the queue of such times knows. */
    Instant dueAt = Instant.MAX;

    @Nullable
    Shelf shelf;

    @Nullable
    Leaf leaf;

    int slot;

    Spot(FleetMiner miner) {
        this.miner = miner;
    }

    double price() {
        return miner.price().doubleValue();
    }

    /** Memory in GB; -1 when not stated, which is less than any that is asked for. */
    double ram() {
        Double ram = miner.ramGb();
        return ram == null ? -1 : ram;
    }
}
