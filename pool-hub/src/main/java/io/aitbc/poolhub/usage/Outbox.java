package io.aitbc.poolhub.usage;

import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What waits to be sent, what was acknowledged, and what is parked with its error. */
@Repository
class Outbox {

    /**
     * What a sync is narrowed to; null does not narrow.
     *
     * @param now also what was put off
     * @param again only what was put off
     */
    record Window(@Nullable String minerId, @Nullable Instant since, boolean now, boolean again) {
        static final Window DUE = new Window(null, null, false, false);
        static final Window PUT_OFF = new Window(null, null, false, true);
    }

    /** Where a row lies. */
    record Key(String tenantId, Instant occurredAt, UUID eventId) {}

    /** How the coordinator judged an event: acknowledged when there is no error. */
    record Verdict(Key key, @Nullable String error) {}

    /** What waits; {@code oldest} is when the oldest of it was written. */
    record Backlog(long pending, long parked, @Nullable Instant oldest) {}

    private final JdbcClient jdbc;

    Outbox(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Locks up to {@code limit} events until the end of the transaction; another replica passes over them. */
    List<PendingEvent> claim(Window window, Instant now, int limit) {
        return jdbc.sql("""
                SELECT event_id, tenant_id, miner_id, job_id, resource_type, quantity, unit_price, occurred_at, period_start,
                       period_end, metadata::text
                FROM usage_events
                WHERE state = 'PENDING' AND (:now::boolean OR next_attempt_at <= :at)
                  AND (:miner::text IS NULL OR miner_id = :miner) AND (:since::timestamptz IS NULL OR occurred_at >= :since)
                  AND (NOT :again::boolean OR attempts > 0)
                ORDER BY next_attempt_at, occurred_at LIMIT :limit FOR UPDATE SKIP LOCKED
                """)
                .param("now", window.now())
                .param("at", Timestamp.from(now))
                .param("again", window.again())
                .param("miner", window.minerId())
                .param("since", window.since() == null ? null : Timestamp.from(window.since()))
                .param("limit", limit)
                .query(PendingEvent.ROW)
                .list();
    }

    /** Keeps what the coordinator said. */
    void settle(List<Verdict> verdicts, Instant now) {
        List<Key> keys = verdicts.stream().map(Verdict::key).toList();
        jdbc.sql("""
                UPDATE usage_events u
                SET state = CASE WHEN v.error IS NULL THEN 'ACKNOWLEDGED' ELSE 'PARKED' END,
                    acknowledged_at = CASE WHEN v.error IS NULL THEN :now::timestamptz END,
                    last_error = v.error, attempts = attempts + 1
                FROM unnest(:tenants::text[], :times::text[]::timestamptz[], :ids::text[]::uuid[], :errors::text[])
                  AS v (tenant_id, occurred_at, event_id, error)
                WHERE u.tenant_id = v.tenant_id AND u.occurred_at = v.occurred_at AND u.event_id = v.event_id
                """)
                .param("now", Timestamp.from(now))
                .param("tenants", column(keys, Key::tenantId))
                .param("times", column(keys, key -> key.occurredAt().toString()))
                .param("ids", column(keys, key -> key.eventId().toString()))
                .param("errors", column(verdicts, Verdict::error))
                .update();
    }

    /** Puts off what could not be sent: later each time, at most ten minutes, never at the same moment for all. */
    void putOff(List<Key> keys, Instant now, String error) {
        jdbc.sql("""
                UPDATE usage_events u
                SET attempts = attempts + 1, last_error = :error,
                    next_attempt_at = :now::timestamptz
                      + least(600, 2 ^ least(attempts, 10)) * (0.5 + random() / 2) * interval '1 second'
                FROM unnest(:tenants::text[], :times::text[]::timestamptz[], :ids::text[]::uuid[])
                  AS k (tenant_id, occurred_at, event_id)
                WHERE u.tenant_id = k.tenant_id AND u.occurred_at = k.occurred_at AND u.event_id = k.event_id
                  AND u.state = 'PENDING'
                """)
                .param("error", error)
                .param("now", Timestamp.from(now))
                .param("tenants", column(keys, Key::tenantId))
                .param("times", column(keys, key -> key.occurredAt().toString()))
                .param("ids", column(keys, key -> key.eventId().toString()))
                .update();
    }

    private static <T> @Nullable String[] column(List<T> rows, Function<T, @Nullable String> of) {
        return rows.stream().map(of).toArray(String[]::new);
    }

    /** Brings parked events back; all of them when no ids are given. */
    int retryParked(@Nullable List<UUID> ids) {
        return jdbc.sql("""
                UPDATE usage_events SET state = 'PENDING', next_attempt_at = '-infinity', attempts = 0
                WHERE state = 'PARKED' AND (:all::boolean OR event_id = ANY (:ids::text[]::uuid[]))
                """)
                .param("all", ids == null)
                .param("ids", column(ids == null ? List.of() : ids, UUID::toString))
                .update();
    }

    Backlog backlog() {
        return jdbc.sql("""
                SELECT count(*), (SELECT count(*) FROM usage_events WHERE state = 'PARKED'), min(recorded_at)
                FROM usage_events WHERE state = 'PENDING'
                """)
                .query((row, n) -> new Backlog(
                        row.getLong(1),
                        row.getLong(2),
                        Optional.ofNullable(row.getTimestamp(3))
                                .map(Timestamp::toInstant)
                                .orElse(null)))
                .single();
    }

    List<ParkedEvent> parked(Instant after, UUID afterId, int limit) {
        return jdbc.sql("""
                SELECT event_id, tenant_id, miner_id, job_id, resource_type, quantity, occurred_at, attempts, last_error
                FROM usage_events WHERE state = 'PARKED' AND (occurred_at, event_id) > (:at, :id)
                ORDER BY occurred_at, event_id LIMIT :limit
                """)
                .param("at", Timestamp.from(after))
                .param("id", afterId)
                .param("limit", limit)
                .query(ParkedEvent.ROW)
                .list();
    }

    /** What this side's ledger holds, per tenant, resource and hour. */
    Map<LedgerCell.Where, LedgerCell> digest(Instant from, Instant to) {
        return LedgerCell.index(jdbc.sql("""
                SELECT tenant_id, resource_type, date_trunc('hour', occurred_at, 'UTC'), count(*), sum(quantity)
                FROM usage_events WHERE occurred_at >= :from AND occurred_at < :to AND state <> 'NOT_BILLED'
                GROUP BY 1, 2, 3
                """)
                .param("from", Timestamp.from(from))
                .param("to", Timestamp.from(to))
                .query((row, n) -> new LedgerCell(
                        new LedgerCell.Where(
                                row.getString(1),
                                row.getString(2),
                                row.getTimestamp(3).toInstant()),
                        row.getLong(4),
                        row.getBigDecimal(5)))
                .list());
    }

    /** What a known event says, to tell a repetition from a contradiction. */
    Optional<BigDecimal> knownQuantity(UUID eventId, String tenantId, String resourceType) {
        return jdbc.sql("""
                SELECT quantity FROM usage_events JOIN usage_event_ids USING (event_id, occurred_at)
                WHERE event_id = :id AND tenant_id = :tenant AND resource_type = :resource
                """)
                .param("id", eventId)
                .param("tenant", tenantId)
                .param("resource", resourceType)
                .query(BigDecimal.class)
                .optional();
    }
}
