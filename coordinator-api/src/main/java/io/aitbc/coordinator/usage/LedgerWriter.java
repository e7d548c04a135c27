package io.aitbc.coordinator.usage;

import io.aitbc.service.postgres.MonthlyPartitions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Puts what keeps the rules into the ledger, once, and the rest into quarantine. */
@Component
class LedgerWriter {

    private static final String LEDGER = "usage_ledger";

    private final LedgerGate gate;
    private final EventKeys keys;
    private final LedgerEntries ledger;
    private final Reversals reversals;
    private final QuarantinedEvents quarantine;
    private final MonthlyPartitions partitions;
    private final Clock clock;

    LedgerWriter(
            LedgerGate gate,
            EventKeys keys,
            LedgerEntries ledger,
            Reversals reversals,
            QuarantinedEvents quarantine,
            MonthlyPartitions partitions,
            Clock clock) {
        this.gate = gate;
        this.keys = keys;
        this.ledger = ledger;
        this.reversals = reversals;
        this.quarantine = quarantine;
        this.partitions = partitions;
        this.clock = clock;
    }

    /** Makes the partitions that the events need; to be called before the transaction of {@link #write}. */
    void prepare(Intake intake) {
        Instant first = Instant.MAX;
        Instant last = Instant.MIN;
        for (UsageEvent event : intake.firsts().values()) {
            first = event.occurredAt().isBefore(first) ? event.occurredAt() : first;
            last = event.occurredAt().isAfter(last) ? event.occurredAt() : last;
        }
        if (!first.isAfter(last)) {
            partitions.ensure(LEDGER, first, last);
        }
    }

    /** Writes in the caller's transaction. */
    IngestReport write(Intake intake) {
        gate.shared(intake.firsts().values().stream().map(UsageEvent::tenantId).collect(Collectors.toSet()));
        Instant now = clock.instant();
        Set<UUID> claimed = intake.firsts().isEmpty()
                ? Set.of()
                : keys.claim(intake.firsts().values());
        Map<UUID, Rejection> broken = addClaimed(intake, claimed, now);
        Map<UUID, Long> stored = claimed.size() == intake.firsts().size()
                ? Map.of()
                : keys.contents(missing(intake.firsts().keySet(), claimed));

        Verdicts verdicts = new Verdicts(intake.firsts(), claimed, broken, stored);
        IngestReport report = verdicts.of(intake.items());
        quarantine.superseded(verdicts.inTheLedger(), now);
        quarantine.keep(verdicts.refused(), now);
        return report;
    }

    private Map<UUID, Rejection> addClaimed(Intake intake, Set<UUID> claimed, Instant now) {
        List<UsageEvent> plain = new ArrayList<>(claimed.size());
        List<UsageEvent> takingBack = new ArrayList<>();
        for (UsageEvent event : intake.firsts().values()) {
            if (claimed.contains(event.key())) {
                (event.reverses() == null ? plain : takingBack).add(event);
            }
        }
        ledger.add(plain, now);
        if (takingBack.isEmpty()) {
            return Map.of();
        }
        Reversals.Outcome outcome = reversals.settle(takingBack);
        ledger.add(outcome.entries(), now);
        keys.moved(outcome.entries());
        keys.release(outcome.broken().keySet());
        return outcome.broken();
    }

    private static Set<UUID> missing(Set<UUID> all, Set<UUID> claimed) {
        Set<UUID> missing = new HashSet<>(all);
        missing.removeAll(claimed);
        return missing;
    }

    /** Turns what the database said about keys into a verdict per event. */
    private static final class Verdicts {

        private final Map<UUID, UsageEvent> firsts;
        private final Set<UUID> claimed;
        private final Map<UUID, Rejection> broken;
        private final Map<UUID, Long> stored;
        private final List<QuarantinedEvents.Refused> refused = new ArrayList<>();
        private final Map<String, Set<String>> inTheLedger = new HashMap<>();
        private final EventIdentity identity = new EventIdentity();

        Verdicts(Map<UUID, UsageEvent> firsts, Set<UUID> claimed, Map<UUID, Rejection> broken, Map<UUID, Long> stored) {
            this.firsts = firsts;
            this.claimed = claimed;
            this.broken = broken;
            this.stored = new HashMap<>(stored);
        }

        IngestReport of(List<Intake.Item> items) {
            List<EventResult> results = new ArrayList<>(items.size());
            for (int index = 0; index < items.size(); index++) {
                results.add(of(index, items.get(index)));
            }
            return IngestReport.of(results);
        }

        List<QuarantinedEvents.Refused> refused() {
            return refused;
        }

        /** The ids of events that are in the ledger, by their sources. */
        Map<String, Set<String>> inTheLedger() {
            return inTheLedger;
        }

        private EventResult known(int index, Intake.Item item, Verdict verdict) {
            if (item.eventId() != null) {
                inTheLedger
                        .computeIfAbsent(item.draft().sourceOrDefault(), source -> new HashSet<>())
                        .add(item.eventId());
            }
            return new EventResult(index, item.eventId(), verdict, null, null);
        }

        private EventResult of(int index, Intake.Item item) {
            UsageEvent event = item.event();
            Rejection rejection = event == null ? item.broken() : broken.get(event.key());
            if (rejection != null) {
                return refuse(index, item, Verdict.REJECTED, rejection);
            }
            if (event == null) {
                throw new IllegalStateException("an event either keeps the rules or breaks one");
            }
            if (claimed.contains(event.key()) && firsts.get(event.key()) == event) {
                return known(index, item, Verdict.ACCEPTED);
            }
            return content(event.key()) == event.content()
                    ? known(index, item, Verdict.DUPLICATE)
                    : refuse(
                            index,
                            item,
                            Verdict.CONFLICT,
                            new Rejection(
                                    RejectionCode.CONFLICT,
                                    "An event with this id and other content is in the ledger; both are kept."));
        }

        /** The content of the event that holds the key: one stored before, or the first of this request. */
        private long content(UUID key) {
            Long before = stored.get(key);
            UsageEvent first = firsts.get(key);
            if (before != null) {
                return before;
            }
            if (first == null) {
                throw new IllegalStateException("a key that nobody holds");
            }
            return first.content();
        }

        private EventResult refuse(int index, Intake.Item item, Verdict verdict, Rejection why) {
            UUID fingerprint = identity.fingerprint(fingerprinted(item));
            refused.add(new QuarantinedEvents.Refused(fingerprint, item.draft(), item.eventId(), verdict, why));
            return new EventResult(index, item.eventId(), verdict, why.code(), why.detail());
        }

        private static String fingerprinted(Intake.Item item) {
            @Nullable String id = item.eventId();
            return item.draft().sourceOrDefault()
                    + '\0'
                    + (id == null ? "" : id)
                    + '\0'
                    + item.draft().payload();
        }
    }
}
