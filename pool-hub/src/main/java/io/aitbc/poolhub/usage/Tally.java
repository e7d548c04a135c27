package io.aitbc.poolhub.usage;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * How many events, and how much.
 *
 * @param quantity what they add up to
 * @param takenBack the part of it that is below zero: what events that take others back add up to; 0 where nobody asked
 */
public record Tally(
        long count, BigDecimal quantity, @JsonIgnore BigDecimal takenBack) {

    static final Tally NOTHING = new Tally(0, BigDecimal.ZERO);

    Tally(long count, BigDecimal quantity) {
        this(count, quantity, BigDecimal.ZERO);
    }

    /** A cell of a ledger: a tenant, a resource and an hour, which is its start, UTC. */
    record Cell(String tenantId, String resourceType, Instant hour) {}

    Tally plus(Tally other) {
        return new Tally(count + other.count, quantity.add(other.quantity), takenBack.add(other.takenBack));
    }

    boolean isSame(Tally other) {
        return count == other.count && quantity.compareTo(other.quantity) == 0;
    }

    /**
     * Whether these can be some events and some of those that came to them until there were others; of the latter, what they
     * give and what they take back is known.
     */
    boolean liesBetween(Tally fewer, Tally more) {
        if (count <= fewer.count || count >= more.count) {
            return isSame(count <= fewer.count ? fewer : more);
        }
        BigDecimal taken = more.takenBack.subtract(fewer.takenBack);
        BigDecimal given = more.quantity.subtract(fewer.quantity).subtract(taken);
        BigDecimal grown = quantity.subtract(fewer.quantity);
        return grown.compareTo(taken) >= 0 && grown.compareTo(given) <= 0;
    }
}
