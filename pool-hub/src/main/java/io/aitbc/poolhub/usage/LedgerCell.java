package io.aitbc.poolhub.usage;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How many events, and how much, one ledger holds of a tenant, a resource and an hour. */
record LedgerCell(Where where, long count, BigDecimal quantity) {

    /** The hour is its start, UTC. */
    record Where(String tenantId, String resourceType, Instant hour) {}

    static Map<Where, LedgerCell> index(List<LedgerCell> cells) {
        Map<Where, LedgerCell> index = new HashMap<>();
        // An hour may come in two parts, where two questions met.
        cells.forEach(cell -> index.merge(cell.where(), cell, LedgerCell::plus));
        return index;
    }

    private LedgerCell plus(LedgerCell other) {
        return new LedgerCell(where, count + other.count, quantity.add(other.quantity));
    }
}
