package io.aitbc.agent.simulation;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Instant;
import java.util.UUID;

/**
 * Ids of the facts of an invented past. They follow from the seed, the moment at which that past ends, and the fact's
 * own place in it: importing the same past again names the same facts, so none is stored or billed twice.
 */
record FactIds(long seed, Instant anchor) {

    private static final UUID NAMESPACE = UUID.fromString("5c0f1a52-9d0b-5b0e-8a0e-2f5f6a7d9c31");

    UUID of(String kind, int minerNumber, int n) {
        return UuidCreator.getNameBasedSha1(NAMESPACE, seed + "/" + anchor + "/" + kind + "/" + minerNumber + "/" + n);
    }

    /** A job's id is the same word in all rows about that job. */
    String job(int minerNumber, int n) {
        return "sim-" + of("job", minerNumber, n);
    }
}
