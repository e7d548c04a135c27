package io.aitbc.service.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.RequestIdFilter;
import java.sql.Timestamp;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes down who changed what, in the transaction of the change itself: either both are kept or neither. */
public final class AuditLog {

    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final Clock clock;

    AuditLog(JdbcClient jdbc, ObjectMapper json, Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    /**
     * Records one change.
     *
     * @param caller who made it
     * @param action what, such as {@code miner.maintenance}
     * @param subject on what, such as a miner id
     * @param before as it was, null when it was not there; must hold no secret
     * @param after as it is now, null when it is gone; must hold no secret
     */
    public void record(Caller caller, String action, String subject, @Nullable Object before, @Nullable Object after) {
        jdbc.sql("""
                INSERT INTO audit_log (id, at, actor, role, action, subject, before, after, request_id)
                VALUES (:id, :at, :actor, :role, :action, :subject, :before::jsonb, :after::jsonb, :requestId)
                """)
                .param("id", UuidCreator.getTimeOrderedEpoch())
                .param("at", Timestamp.from(clock.instant()))
                .param("actor", caller.name())
                .param("role", caller.role().name())
                .param("action", action)
                .param("subject", subject)
                .param("before", text(before))
                .param("after", text(after))
                .param("requestId", MDC.get(RequestIdFilter.MDC_KEY))
                .update();
    }

    private @Nullable String text(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write the audited value as JSON", e);
        }
    }
}
