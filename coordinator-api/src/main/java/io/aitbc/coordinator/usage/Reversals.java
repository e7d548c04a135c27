package io.aitbc.coordinator.usage;

import static io.aitbc.coordinator.usage.RejectionCode.ALREADY_REVERSED;
import static io.aitbc.coordinator.usage.RejectionCode.REVERSAL_MISMATCH;
import static io.aitbc.coordinator.usage.RejectionCode.UNKNOWN_REVERSED_EVENT;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Which events were taken back: each at most once, and always the whole of it. */
@Repository
class Reversals {

    /** What became of events that take others back: rows for the ledger, and those that break a rule, by key. */
    record Outcome(List<UsageEvent> entries, Map<UUID, Rejection> broken) {}

    private final JdbcTemplate jdbc;
    private final LedgerEntries ledger;

    Reversals(JdbcTemplate jdbc, LedgerEntries ledger) {
        this.jdbc = jdbc;
        this.ledger = ledger;
    }

    /** Pairs each event with the one that it takes back, which may have been added in this same transaction. */
    Outcome settle(Collection<UsageEvent> events) {
        EventIdentity identity = new EventIdentity();
        Map<UUID, UUID> reversedBy = new HashMap<>();
        Map<UUID, String> tenants = new HashMap<>();
        for (UsageEvent event : events) {
            UUID reversed = identity.key(event.source(), String.valueOf(event.reverses()));
            reversedBy.put(event.key(), reversed);
            tenants.put(reversed, event.tenantId());
        }
        Map<UUID, LedgerEntries.Original> originals = ledger.originals(tenants);

        List<UsageEvent> entries = new ArrayList<>();
        Map<UUID, Rejection> broken = new HashMap<>();
        // In the order of the reversed keys: the same in every transaction, so that none waits in a circle.
        Map<UUID, List<UsageEvent>> byReversed = new TreeMap<>();
        events.forEach(event -> byReversed
                .computeIfAbsent(reversedBy.get(event.key()), key -> new ArrayList<>())
                .add(event));
        byReversed.forEach((reversed, claims) -> {
            for (UsageEvent event : claims) {
                LedgerEntries.Original original = originals.get(reversed);
                Rejection rejection = mismatch(event, original);
                if (rejection == null && !take(reversed, event.key())) {
                    rejection = new Rejection(ALREADY_REVERSED, "The event that it reverses is reversed already.");
                }
                if (rejection != null) {
                    broken.put(event.key(), rejection);
                } else if (original != null) {
                    entries.add(event.takingBack(original.quantity(), original.unitPrice()));
                }
            }
        });
        return new Outcome(entries, broken);
    }

    private static @Nullable Rejection mismatch(UsageEvent event, LedgerEntries.@Nullable Original original) {
        if (original == null) {
            return new Rejection(
                    UNKNOWN_REVERSED_EVENT,
                    "This tenant has no event " + event.reverses() + " of this source; replay this once it has.");
        }
        boolean same = original.resourceType().equals(event.resourceType())
                && original.quantity().signum() >= 0
                && (event.quantity().signum() == 0 || event.quantity().negate().compareTo(original.quantity()) == 0);
        return same
                ? null
                : new Rejection(
                        REVERSAL_MISMATCH,
                        "An event is reversed as a whole: its resource type and minus its quantity, once; what was right"
                                + " of it comes as a new event.");
    }

    private boolean take(UUID reversed, UUID key) {
        return jdbc.update(
                        "INSERT INTO usage_reversals (reversed_key, key) VALUES (?, ?) ON CONFLICT DO NOTHING",
                        reversed,
                        key)
                == 1;
    }
}
