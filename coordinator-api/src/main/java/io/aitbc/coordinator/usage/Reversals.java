package io.aitbc.coordinator.usage;

import static io.aitbc.coordinator.usage.RejectionCode.ALREADY_REVERSED;
import static io.aitbc.coordinator.usage.RejectionCode.REVERSAL_MISMATCH;
import static io.aitbc.coordinator.usage.RejectionCode.UNKNOWN_REVERSED_EVENT;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
        Set<LedgerEntries.Asked> asked = new LinkedHashSet<>();
        for (UsageEvent event : events) {
            UUID reversed = identity.key(event.source(), String.valueOf(event.reverses()));
            reversedBy.put(event.key(), reversed);
            asked.add(new LedgerEntries.Asked(reversed, event.tenantId()));
        }
        Map<UUID, LedgerEntries.Original> originals = ledger.originals(asked);

        Map<UUID, Rejection> broken = new HashMap<>();
        Map<UUID, UsageEvent> matching = new LinkedHashMap<>();
        for (UsageEvent event : events) {
            LedgerEntries.Original original = originals.get(reversedBy.get(event.key()));
            Rejection mismatch = mismatch(event, original);
            if (mismatch != null) {
                broken.put(event.key(), mismatch);
            } else if (original != null) {
                matching.put(event.key(), event.takingBack(original));
            }
        }
        Set<UUID> taken = take(matching.keySet(), reversedBy);
        List<UsageEvent> entries = new ArrayList<>();
        matching.forEach((key, event) -> {
            if (taken.contains(key)) {
                entries.add(event);
            } else {
                broken.put(key, new Rejection(ALREADY_REVERSED, "The event that it reverses is reversed already."));
            }
        });
        return new Outcome(entries, broken);
    }

    private static @Nullable Rejection mismatch(UsageEvent event, LedgerEntries.@Nullable Original original) {
        if (original == null || !original.tenantId().equals(event.tenantId())) {
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

    /** Which of the events are the first to take theirs back. */
    private Set<UUID> take(Collection<UUID> keys, Map<UUID, UUID> reversedBy) {
        if (keys.isEmpty()) {
            return Set.of();
        }
        // In the order of the reversed keys: the same in every transaction, so that none waits in a circle.
        List<UUID> sorted = keys.stream()
                .sorted(Comparator.comparing(key -> Objects.requireNonNull(reversedBy.get(key))))
                .toList();
        return new HashSet<>(jdbc.queryForList(
                """
                INSERT INTO usage_reversals (reversed_key, key)
                SELECT reversed_key, key FROM unnest(?::uuid[], ?::uuid[]) AS asked (reversed_key, key)
                ON CONFLICT DO NOTHING RETURNING key
                """,
                UUID.class,
                sorted.stream().map(reversedBy::get).toArray(UUID[]::new),
                sorted.toArray(UUID[]::new)));
    }
}
