package io.aitbc.coordinator.usage;

import java.util.Collection;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/**
 * Keeps those who add rows and those who close a period apart, tenant by tenant and across replicas. Writers go through together;
 * whoever holds a tenant's gate alone has waited for every writer of the tenant to commit, and no further one has drawn a number
 * yet: each row of the tenant up to {@link UsageTotals#position()} is there to be read, and each later one gets a higher number.
 *
 * <p>Both kinds hold until their transaction ends. What is read behind the gate must be read by a statement that begins after
 * it, at READ COMMITTED.
 */
@Repository
public class LedgerGate {

    /** The first of the two numbers of these advisory locks. */
    private static final int NAMESPACE = 0x6c656467;
    // Tenants share slots, so that a batch of many tenants takes few locks.
    private static final int SLOTS = 64;

    private final JdbcTemplate jdbc;

    LedgerGate(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** For writers: to be called before the transaction adds its first row. */
    public void shared(Collection<String> tenantIds) {
        if (tenantIds.isEmpty()) {
            return;
        }
        // In rising order, that nobody waits in a circle.
        Integer[] slots =
                tenantIds.stream().map(LedgerGate::slot).distinct().sorted().toArray(Integer[]::new);
        jdbc.query(
                "SELECT pg_advisory_xact_lock_shared(?, slot) FROM unnest(?::int[]) AS slots (slot)",
                row -> {},
                NAMESPACE,
                slots);
    }

    /** For whoever finalizes: waits for the writers of the tenant, and holds up further ones. One tenant per transaction. */
    public void exclusive(String tenantId) {
        jdbc.query("SELECT pg_advisory_xact_lock(?, ?)", row -> {}, NAMESPACE, slot(tenantId));
    }

    /** The same in every replica, since a text's hash code is specified. */
    private static int slot(String tenantId) {
        return Math.floorMod(tenantId.hashCode(), SLOTS);
    }
}
