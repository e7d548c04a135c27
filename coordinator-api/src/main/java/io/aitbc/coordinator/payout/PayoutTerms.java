package io.aitbc.coordinator.payout;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which part of a charge is paid to the miner whose work it is for. Like a price it is the part in force when the work was done. */
public final class PayoutTerms {

    /** Stands for every miner that has no terms of its own. */
    static final String EVERYBODY = "*";

    /** One miner's part from a time on, in percent. */
    record Term(String minerId, Instant validFrom, BigDecimal sharePct) {}

    private final Map<String, NavigableMap<Instant, BigDecimal>> shares = new HashMap<>();

    PayoutTerms(Collection<Term> terms) {
        for (Term term : terms) {
            shares.computeIfAbsent(term.minerId(), key -> new TreeMap<>()).put(term.validFrom(), term.sharePct());
        }
    }

    /** The times at which anything changes. */
    public Set<Instant> changes() {
        Set<Instant> changes = new TreeSet<>();
        shares.values().forEach(times -> changes.addAll(times.keySet()));
        return changes;
    }

    /** A miner's part of charges for work at a time, 0..100; 0 where nobody has said anything. */
    public BigDecimal sharePct(String minerId, Instant at) {
        Map.Entry<Instant, BigDecimal> own = floor(minerId, at);
        Map.Entry<Instant, BigDecimal> found = own == null ? floor(EVERYBODY, at) : own;
        return found == null ? BigDecimal.ZERO : found.getValue();
    }

    private Map.@org.jspecify.annotations.Nullable Entry<Instant, BigDecimal> floor(String minerId, Instant at) {
        NavigableMap<Instant, BigDecimal> times = shares.get(minerId);
        return times == null ? null : times.floorEntry(at);
    }
}
