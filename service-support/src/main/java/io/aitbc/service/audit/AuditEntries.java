package io.aitbc.service.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads what {@link AuditLog} wrote. */
final class AuditEntries {

    /**
     * What is looked for; null where it does not matter.
     *
     * @param from inside
     * @param to outside
     */
    record Filter(
            @Nullable String action,
            @Nullable String subject,
            @Nullable String caller,
            @Nullable Instant from,
            @Nullable Instant to) {}

    private final JdbcClient jdbc;
    private final ObjectMapper json;

    AuditEntries(JdbcClient jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /**
     * The newest first. Ids grow with the time, and are what the index is of.
     *
     * @param before only entries older than this one; null begins with the newest
     */
    List<AuditEntry> newest(Filter filter, @Nullable UUID before, int limit) {
        return jdbc.sql("""
                SELECT id, at, actor, role, action, subject, before, after, request_id FROM audit_log
                WHERE (:action::text IS NULL OR action = :action::text)
                    AND (:subject::text IS NULL OR subject = :subject::text)
                    AND (:caller::text IS NULL OR actor = :caller::text)
                    AND (:from::timestamptz IS NULL OR at >= :from::timestamptz)
                    AND (:to::timestamptz IS NULL OR at < :to::timestamptz)
                    AND (:before::uuid IS NULL OR id < :before::uuid)
                ORDER BY id DESC LIMIT :limit
                """)
                .param("action", filter.action())
                .param("subject", filter.subject())
                .param("caller", filter.caller())
                .param("from", filter.from() == null ? null : filter.from().atOffset(ZoneOffset.UTC))
                .param("to", filter.to() == null ? null : filter.to().atOffset(ZoneOffset.UTC))
                .param("before", before)
                .param("limit", limit)
                .query((row, n) -> entry(row))
                .list();
    }

    private AuditEntry entry(ResultSet row) throws SQLException {
        return new AuditEntry(
                row.getObject("id", UUID.class),
                row.getTimestamp("at").toInstant(),
                row.getString("actor"),
                row.getString("role"),
                row.getString("action"),
                row.getString("subject"),
                read(row.getString("before")),
                read(row.getString("after")),
                row.getString("request_id"));
    }

    private @Nullable JsonNode read(@Nullable String text) {
        try {
            return text == null ? null : json.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an audit entry that was stored cannot be read", e);
        }
    }
}
