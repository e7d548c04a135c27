package io.aitbc.coordinator.notification;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** All deliveries, to look at. */
@Repository
class Deliveries {

    private static final String SELECT = """
            SELECT d.*, n.key, n.event, n.severity, n.title
            FROM notification_deliveries d JOIN notifications n ON n.notification_id = d.notification_id
            """;
    private static final String NO_SETTINGS =
            "NOTIFY_SMTP_HOST is not set; the e-mail is sent once it is set and the service started again.";

    private final JdbcClient jdbc;

    Deliveries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Those before a place in the list, the newest first. */
    List<DeliveryView> before(@Nullable UUID place, @Nullable DeliveryState state, @Nullable String route, int limit) {
        // Only what is asked for: a plan that serves all questions uses no index for any.
        Map<String, Object> asked = new LinkedHashMap<>();
        List<String> where = new ArrayList<>(List.of("TRUE"));
        if (place != null) {
            asked.put("place", place);
            where.add("d.delivery_id < :place");
        }
        if (state != null) {
            asked.put("state", state.name());
            where.add("d.state = :state");
            if (state != DeliveryState.SENT) {
                where.add("d.state <> 'SENT'");
            }
        }
        if (route != null) {
            asked.put("route", route);
            where.add("d.route = :route");
        }
        return jdbc.sql(SELECT + "WHERE " + String.join(" AND ", where) + " ORDER BY d.delivery_id DESC LIMIT :limit")
                .params(asked)
                .param("limit", limit)
                .query(Deliveries::view)
                .list();
    }

    Optional<DeliveryView> find(UUID id) {
        return jdbc.sql(SELECT + "WHERE d.delivery_id = :id")
                .param("id", id)
                .query(Deliveries::view)
                .optional();
    }

    /** Lets a dead or put-off one be tried at once, as often as a new one; false when it is sent or waits for settings. */
    boolean retry(UUID id, Instant now) {
        return jdbc.sql("""
                        UPDATE notification_deliveries SET state = 'PENDING', attempts = 0, next_attempt_at = :now
                        WHERE delivery_id = :id AND state IN ('DEAD', 'PENDING')
                            AND (leased_until IS NULL OR leased_until < clock_timestamp())
                        """)
                        .param("id", id)
                        .param("now", now.atOffset(ZoneOffset.UTC))
                        .update()
                == 1;
    }

    private static DeliveryView view(ResultSet row, int n) throws SQLException {
        DeliveryState state = DeliveryState.valueOf(row.getString("state"));
        return new DeliveryView(
                row.getObject("delivery_id", UUID.class),
                row.getObject("notification_id", UUID.class),
                row.getString("key"),
                EpisodeEvent.valueOf(row.getString("event")),
                Severity.valueOf(row.getString("severity")),
                row.getString("title"),
                row.getString("route"),
                Channel.valueOf(row.getString("channel")),
                row.getString("recipient"),
                state,
                row.getInt("attempts"),
                state == DeliveryState.PENDING ? time(row, "next_attempt_at") : null,
                state == DeliveryState.WAITING_FOR_SETTINGS ? NO_SETTINGS : row.getString("last_error"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                time(row, "sent_at"));
    }

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
