package io.aitbc.poolhub.usage;

import java.math.BigDecimal;
import java.time.Instant;

/** How many events, and how much. */
record Tally(long count, BigDecimal quantity) {

    static final Tally NOTHING = new Tally(0, BigDecimal.ZERO);

    /** A cell of a ledger: a tenant, a resource and an hour, which is its start, UTC. */
    record Cell(String tenantId, String resourceType, Instant hour) {}

    Tally plus(Tally other) {
        return new Tally(count + other.count, quantity.add(other.quantity));
    }

    boolean isSame(Tally other) {
        return count == other.count && quantity.compareTo(other.quantity) == 0;
    }
}
