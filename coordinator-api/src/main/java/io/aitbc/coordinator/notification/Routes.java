package io.aitbc.coordinator.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** All routes. */
@Repository
class Routes {

    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final ObjectMapper json;

    Routes(JdbcClient jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    List<Route> all() {
        return jdbc.sql("SELECT * FROM notification_routes ORDER BY name")
                .query(this::route)
                .list();
    }

    Optional<Route> find(String name) {
        return jdbc.sql("SELECT * FROM notification_routes WHERE name = :name")
                .param("name", name)
                .query(this::route)
                .optional();
    }

    /** Lets only this transaction change routes; they are few and change seldom. */
    void lock() {
        jdbc.sql("LOCK TABLE notification_routes IN SHARE ROW EXCLUSIVE MODE").update();
    }

    /** Makes or replaces it; what has not arrived yet goes to where it leads now. */
    void put(Route route) {
        jdbc.sql("""
                INSERT INTO notification_routes (name, channel, target, secret, send_resolved, severities, labels,
                    tenant_id, created_at, updated_at)
                VALUES (:name, :channel, :target, :secret, :sendResolved, :severities, :labels::jsonb, :tenantId,
                    :createdAt, :updatedAt)
                ON CONFLICT (name) DO UPDATE
                SET channel = excluded.channel, target = excluded.target, secret = excluded.secret,
                    send_resolved = excluded.send_resolved, severities = excluded.severities,
                    labels = excluded.labels, tenant_id = excluded.tenant_id, updated_at = excluded.updated_at
                """)
                .param("name", route.name())
                .param("channel", route.channel().name())
                .param("target", route.target())
                .param("secret", route.secret())
                .param("sendResolved", route.sendResolved())
                .param(
                        "severities",
                        route.severities().stream().map(Severity::name).sorted().toArray(String[]::new))
                .param("labels", write(route.labels()))
                .param("tenantId", route.tenantId())
                .param("createdAt", route.createdAt().atOffset(ZoneOffset.UTC))
                .param("updatedAt", route.updatedAt().atOffset(ZoneOffset.UTC))
                .update();
        jdbc.sql("UPDATE notification_deliveries SET peer = :peer WHERE route = :name AND state <> 'SENT'")
                .param("peer", route.peer())
                .param("name", route.name())
                .update();
    }

    /** Removes it; what has not arrived yet never will. */
    void delete(String name) {
        jdbc.sql("DELETE FROM notification_routes WHERE name = :name")
                .param("name", name)
                .update();
        jdbc.sql("""
                UPDATE notification_deliveries SET state = 'DEAD', last_error = :reason
                WHERE route = :name AND state IN ('PENDING', 'WAITING_FOR_SETTINGS')
                """)
                .param("reason", DeliverySender.NO_ROUTE)
                .param("name", name)
                .update();
    }

    private Route route(ResultSet row, int n) throws SQLException {
        return new Route(
                row.getString("name"),
                Channel.valueOf(row.getString("channel")),
                row.getString("target"),
                row.getString("secret"),
                row.getBoolean("send_resolved"),
                Arrays.stream((String[]) row.getArray("severities").getArray())
                        .map(Severity::valueOf)
                        .collect(Collectors.toSet()),
                read(row.getString("labels")),
                row.getString("tenant_id"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }

    private String write(Map<String, String> labels) {
        try {
            return json.writeValueAsString(labels);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("labels cannot be written as JSON", e);
        }
    }

    private Map<String, String> read(String labels) {
        try {
            return json.readValue(labels, LABELS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("labels cannot be read", e);
        }
    }
}
