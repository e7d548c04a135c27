package io.aitbc.poolhub.usage;

import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** This hub's side of billing, as people look at it and mend it. Nothing here waits for the coordinator but {@link #sendNow}. */
@Service
public class UsageBoard {

    /**
     * What is not settled.
     *
     * @param pending events that wait to be acknowledged
     * @param parked events that the coordinator refused
     * @param oldest since when the oldest has been waiting; null when none waits
     */
    public record Unsettled(
            long pending, long parked, @Nullable Instant oldest) {}

    /** What a tenant used of a resource, and how many of the events that say so are not settled. */
    public record Total(
            String tenantId, String resourceType, BigDecimal quantity, long events, long pending, long parked) {}

    /**
     * What sending did.
     *
     * @param sent events that the coordinator took or refused
     * @param away why it ended before everything was sent; null when it did not
     */
    public record Sent(int sent, @Nullable String away) {}

    private final Outbox outbox;
    private final SyncSchedule sync;
    private final AuditLog audit;

    UsageBoard(Outbox outbox, SyncSchedule sync, AuditLog audit) {
        this.outbox = outbox;
        this.sync = sync;
        this.audit = audit;
    }

    /** What waited and what was parked when this hub looked last, which it does every few seconds. */
    public Unsettled lately() {
        return unsettled(sync.lately());
    }

    /** What waits and what is parked now. */
    public Unsettled unsettled() {
        return unsettled(outbox.backlog());
    }

    private static Unsettled unsettled(Outbox.Backlog backlog) {
        return new Unsettled(backlog.pending(), backlog.parked(), backlog.oldest());
    }

    /** Usage that occurred in [from, to), by tenant and resource; no more than so many rows. */
    public List<Total> totals(Instant from, Instant to, int limit) {
        return outbox.totals(from, to, limit);
    }

    /** Notes that somebody wants what waits to be sent at once. */
    @Transactional
    public void asked(Caller caller) {
        audit.record(caller, "billing.sync", "all", null, null);
    }

    /** Sends what waits, also what was put off. It takes as long as the coordinator does. */
    public Sent sendNow() {
        BillingSync.Summary done = sync.run(new Outbox.Window(null, null, true, false));
        return new Sent(done.sent(), done.away() == null ? null : done.away().sentence());
    }

    /** Parked events after a place in the list, oldest first. */
    public List<ParkedEvent> parked(Instant after, UUID afterId, int limit) {
        return outbox.parked(after, afterId, limit);
    }

    /** Lets parked events be sent again, all or those named; says how many these were. */
    @Transactional
    public int retryParked(Caller caller, @Nullable List<UUID> eventIds) {
        int again = outbox.retryParked(eventIds);
        audit.record(caller, "billing.retry-parked", "usage", null, Map.of("events", again));
        return again;
    }
}
