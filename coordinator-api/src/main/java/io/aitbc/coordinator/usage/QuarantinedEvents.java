package io.aitbc.coordinator.usage;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.service.web.Cursors;
import io.aitbc.service.web.Page;
import io.aitbc.service.web.Problem;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Events that are not in the ledger, in the sender's own words, until somebody mends the cause. */
@Repository
class QuarantinedEvents {

    /** An event to be kept; the fingerprint is the same whenever the same event is refused again. */
    record Refused(
            UUID fingerprint, EventDraft draft, @Nullable String eventId, Verdict verdict, Rejection why) {}

    /** An event as it is kept. */
    record Entry(
            UUID quarantineId,
            Verdict verdict,
            RejectionCode code,
            String detail,
            @Nullable String source,
            @Nullable String eventId,
            @Nullable String tenantId,
            String payload,
            boolean payloadIsWhole,
            int times,
            Instant firstAt,
            Instant lastAt) {}

    /** Which entries are meant; null means whichever. */
    record Filter(
            @Nullable RejectionCode code,
            @Nullable String tenantId,
            @Nullable Collection<UUID> ids) {}

    private static final String COLUMNS = """
            quarantine_id, verdict, code, detail, source, event_id, tenant_id, payload, payload_is_whole, times,
            first_at, last_at
            """;
    private static final String MATCHES = """
            state = 'OPEN' AND quarantine_id > :after
                AND (:code::text IS NULL OR code = :code) AND (:tenantId::text IS NULL OR tenant_id = :tenantId)
                AND (:ids::uuid[] IS NULL OR quarantine_id = ANY (:ids))
            """;
    private static final UUID FIRST = new UUID(0, 0);

    private final JdbcTemplate jdbc;
    private final JdbcClient client;

    QuarantinedEvents(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
        this.client = JdbcClient.create(jdbc);
    }

    /** Keeps the events; one that is here already is only counted again. */
    void keep(Collection<Refused> refused, Instant now) {
        Map<UUID, Refused> each = new LinkedHashMap<>();
        refused.stream()
                .sorted(Comparator.comparing(Refused::fingerprint))
                .forEach(entry -> each.putIfAbsent(entry.fingerprint(), entry));
        if (!each.isEmpty()) {
            jdbc.execute(
                    (ConnectionCallback<Integer>) connection -> insert(connection, List.copyOf(each.values()), now));
        }
    }

    /** A page of what is open, the oldest first. */
    Page<Entry> list(Filter filter, @Nullable String cursor, int limit) {
        UUID after = cursor == null ? FIRST : place(cursor);
        List<Entry> found = select("", "LIMIT :limit", filter, after, limit + 1);
        return Page.of(found, limit, last -> Cursors.encode(last.quarantineId().toString()));
    }

    /**
     * The oldest open entries that may be tried again, locked for this transaction; what another one has locked is left
     * to it. A conflict stays one however often it is tried, and what was cut off cannot be.
     */
    List<Entry> lock(Filter filter, @Nullable String cursor, int limit) {
        UUID after = cursor == null ? FIRST : place(cursor);
        return select(
                " AND verdict = 'REJECTED' AND payload_is_whole",
                "LIMIT :limit FOR UPDATE SKIP LOCKED",
                filter,
                after,
                limit);
    }

    /** Closes entries that went through in the end. */
    void resolve(Map<UUID, Verdict> verdicts, Instant now) {
        if (verdicts.isEmpty()) {
            return;
        }
        UUID[] ids = verdicts.keySet().toArray(UUID[]::new);
        String[] names = verdicts.values().stream().map(Verdict::name).toArray(String[]::new);
        client.sql("""
                UPDATE usage_quarantine q SET state = 'RESOLVED', resolved_at = :now, resolution = done.verdict
                FROM unnest(:ids::uuid[], :verdicts::text[]) AS done (id, verdict) WHERE q.quarantine_id = done.id
                """)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("ids", ids)
                .param("verdicts", names)
                .update();
    }

    /**
     * Closes what was refused of events that are in the ledger now, under the same name: sent again after all, or corrected. What
     * another one has locked is left to it.
     *
     * @param eventIds by their sources
     */
    void superseded(Map<String, Set<String>> eventIds, Instant now) {
        eventIds.forEach((source, ids) -> client.sql("""
                UPDATE usage_quarantine SET state = 'RESOLVED', resolved_at = :now, resolution = 'ACCEPTED'
                WHERE quarantine_id IN (
                    SELECT quarantine_id FROM usage_quarantine
                    WHERE state = 'OPEN' AND verdict = 'REJECTED' AND source = :source AND event_id = ANY (:ids)
                    FOR UPDATE SKIP LOCKED)
                """)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("source", source)
                .param("ids", ids.toArray(String[]::new))
                .update());
    }

    /**
     * Closes an entry that is not to be tried again.
     *
     * @return the entry; empty when there is none of that id
     * @throws Problem 409 when it is closed already
     */
    Optional<Entry> dismiss(UUID id, String reason, Instant now) {
        Optional<Entry> entry = client.sql(
                        "SELECT " + COLUMNS + " FROM usage_quarantine WHERE quarantine_id = :id FOR UPDATE")
                .param("id", id)
                .query(QuarantinedEvents::entry)
                .optional();
        if (entry.isPresent()
                && client.sql("""
                        UPDATE usage_quarantine
                        SET state = 'RESOLVED', resolved_at = :now, resolution = 'DISMISSED', reason = :reason
                        WHERE quarantine_id = :id AND state = 'OPEN'
                        """)
                                .param("id", id)
                                .param("now", now.atOffset(ZoneOffset.UTC))
                                .param("reason", reason)
                                .update()
                        == 0) {
            throw Problem.conflict("not-in-quarantine", "The entry " + id + " is closed already.");
        }
        return entry;
    }

    private List<Entry> select(String also, String tail, Filter filter, UUID after, int limit) {
        return client.sql("SELECT " + COLUMNS + " FROM usage_quarantine WHERE " + MATCHES + also
                        + " ORDER BY quarantine_id " + tail)
                .param("after", after)
                .param("code", filter.code() == null ? null : filter.code().name())
                .param("tenantId", filter.tenantId())
                .param("ids", filter.ids() == null ? null : filter.ids().toArray(UUID[]::new))
                .param("limit", limit)
                .query(QuarantinedEvents::entry)
                .list();
    }

    private static int insert(Connection connection, List<Refused> refused, Instant now) throws SQLException {
        int count = refused.size();
        Object[][] columns = new Object[9][count];
        for (int i = 0; i < count; i++) {
            Refused entry = refused.get(i);
            Object[] row = {
                UuidCreator.getTimeOrderedEpochPlus1(),
                entry.fingerprint(),
                entry.verdict().name(),
                entry.why().code().name(),
                entry.why().detail(),
                entry.draft().sourceOrDefault(),
                entry.eventId(),
                entry.draft().tenantId,
                entry.draft().payload()
            };
            for (int column = 0; column < row.length; column++) {
                columns[column][i] = row[column];
            }
        }
        Boolean[] whole =
                refused.stream().map(entry -> entry.draft().payloadIsWhole()).toArray(Boolean[]::new);
        try (PreparedStatement statement = connection.prepareStatement("""
                INSERT INTO usage_quarantine (quarantine_id, fingerprint, verdict, code, detail, source, event_id,
                    tenant_id, payload, payload_is_whole, first_at, last_at)
                SELECT id, fingerprint, verdict, code, detail, source, event_id, tenant_id, payload, whole, now, now
                FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    AS refused (id, fingerprint, verdict, code, detail, source, event_id, tenant_id, payload, whole),
                    (VALUES (?::timestamptz)) AS moment (now)
                ON CONFLICT (fingerprint) WHERE state = 'OPEN' DO UPDATE
                SET times = usage_quarantine.times + 1, last_at = excluded.last_at, code = excluded.code,
                    detail = excluded.detail, verdict = excluded.verdict
                """)) {
            for (int column = 0; column < columns.length; column++) {
                statement.setArray(column + 1, array(connection, column < 2 ? "uuid" : "text", columns[column]));
            }
            statement.setArray(10, array(connection, "bool", whole));
            statement.setObject(11, now.atOffset(ZoneOffset.UTC));
            return statement.executeUpdate();
        }
    }

    private static Array array(Connection connection, String type, Object[] values) throws SQLException {
        return connection.createArrayOf(type, values);
    }

    private static UUID place(String cursor) {
        return Cursors.id(Cursors.decode(cursor, 1).get(0));
    }

    private static Entry entry(ResultSet row, int n) throws SQLException {
        return new Entry(
                row.getObject("quarantine_id", UUID.class),
                Verdict.valueOf(row.getString("verdict")),
                RejectionCode.valueOf(row.getString("code")),
                row.getString("detail"),
                row.getString("source"),
                row.getString("event_id"),
                row.getString("tenant_id"),
                row.getString("payload"),
                row.getBoolean("payload_is_whole"),
                row.getInt("times"),
                row.getObject("first_at", OffsetDateTime.class).toInstant(),
                row.getObject("last_at", OffsetDateTime.class).toInstant());
    }
}
