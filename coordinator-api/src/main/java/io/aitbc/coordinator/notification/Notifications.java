package io.aitbc.coordinator.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** All that was told, once each. */
@Repository
@Transactional(propagation = Propagation.MANDATORY)
class Notifications {

    private static final int LOCKS = 64;
    private static final int LOCK_SPACE = 0x6e6f7469;
    private static final TypeReference<List<String>> STRINGS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final ObjectMapper json;

    Notifications(JdbcClient jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /**
     * Lets only this transaction handle these episodes: of an opening and a resolution, the later one sees the other. Whoever waits
     * holds a connection, so nobody waits for long.
     *
     * <p>What follows is planned for the tables as they are: a plan that the connection kept from when they were nearly empty reads
     * all of both for each of thousands of alerts that come at once. {@code OFFSET 0} below keeps PostgreSQL from joining them in
     * another order, which statistics of before the thousands came suggest to it, with the same effect.
     */
    public void lock(Collection<Notification> told) {
        jdbc.sql("SET LOCAL lock_timeout = '3s'").update();
        jdbc.sql("SET LOCAL plan_cache_mode = force_custom_plan").update();
        Integer[] locks = told.stream()
                .map(notification -> Math.floorMod(name(notification).hashCode(), LOCKS))
                .distinct()
                .sorted()
                .toArray(Integer[]::new);
        jdbc.sql("SELECT pg_advisory_xact_lock(:space, lock) FROM unnest(:locks::int[]) AS each (lock)")
                .param("space", LOCK_SPACE)
                .param("locks", locks)
                .query((row, n) -> n)
                .list();
    }

    private static String name(Notification told) {
        return told.source() == Source.ALERTMANAGER ? AlertEpisode.fingerprint(told.key()) : told.key();
    }

    /** What Alertmanager tells, each of the episode that it belongs to; after {@link #lock}. */
    public List<Notification> attached(List<Notification> told) {
        Map<String, List<AlertEpisode>> known = jdbc
                .sql("""
                        SELECT o.key, EXISTS (SELECT FROM notifications r
                                WHERE r.source = o.source AND r.key = o.key AND r.event = 'RESOLVED') AS is_over
                        FROM notifications o
                        WHERE o.source = 'ALERTMANAGER' AND o.event = 'OPENED'
                            AND split_part(o.key, ':', 1) = ANY (:fingerprints)
                            AND (o.key = ANY (:keys) OR NOT EXISTS (SELECT FROM notifications r
                                WHERE r.source = o.source AND r.key = o.key AND r.event = 'RESOLVED'))
                        """)
                .param(
                        "fingerprints",
                        told.stream().map(Notifications::name).distinct().toArray(String[]::new))
                .param("keys", told.stream().map(Notification::key).toArray(String[]::new))
                .query((row, n) -> new AlertEpisode(row.getString("key"), row.getBoolean("is_over")))
                .list()
                .stream()
                .collect(Collectors.groupingBy(each -> AlertEpisode.fingerprint(each.key())));
        return told.stream()
                .map(each -> AlertEpisode.attach(each, known.getOrDefault(name(each), List.of())))
                .toList();
    }

    /** Those openings among them of which nobody was told, and whose end is not known; each once, as it is known. */
    public List<Notification> untold(Source source, Collection<Notification> openings) {
        Map<String, Notification> byKey = new LinkedHashMap<>();
        openings.forEach(each -> byKey.put(each.key(), each));
        List<Notification> untold = new ArrayList<>();
        jdbc.sql("""
                        SELECT o.key, o.notification_id FROM notifications o
                        WHERE o.source = :source AND o.key = ANY (:keys) AND o.event = 'OPENED'
                            AND NOT EXISTS (SELECT FROM notification_deliveries d
                                WHERE d.notification_id = o.notification_id OFFSET 0)
                            AND NOT EXISTS (SELECT FROM notifications r
                                WHERE r.source = o.source AND r.key = o.key AND r.event = 'RESOLVED' OFFSET 0)
                        """)
                .param("source", source.name())
                .param("keys", byKey.keySet().toArray(String[]::new))
                .query(row -> {
                    Notification told = byKey.get(row.getString("key"));
                    if (told != null) {
                        untold.add(told.knownAs(row.getObject("notification_id", UUID.class)));
                    }
                });
        return untold;
    }

    /** Keeps what was not told before; gives the ids of those. */
    public Set<UUID> add(Collection<Notification> told, Instant now) {
        return new HashSet<>(jdbc.sql("""
                        INSERT INTO notifications (notification_id, source, key, event, severity, title, text, labels,
                            tenant_id, recipients, occurred_at, recorded_at)
                        SELECT notification_id, source, key, upper(event), upper(severity), title, text, labels,
                            tenant_id, ARRAY(SELECT jsonb_array_elements_text(recipients)), occurred_at, :now
                        FROM jsonb_to_recordset(:told::jsonb) AS told (notification_id uuid, source text, key text,
                            event text, severity text, title text, text text, labels jsonb, tenant_id text,
                            recipients jsonb, occurred_at timestamptz)
                        ON CONFLICT ON CONSTRAINT notifications_are_told_once DO NOTHING
                        RETURNING notification_id
                        """)
                .param("told", write(told))
                .param("now", now.atOffset(ZoneOffset.UTC))
                .query(UUID.class)
                .list());
    }

    /** The id under which it was told first. */
    public UUID idOf(Notification notification) {
        return jdbc.sql("""
                        SELECT notification_id FROM notifications
                        WHERE source = :source AND key = :key AND event = :event
                        """)
                .param("source", notification.source().name())
                .param("key", notification.key())
                .param("event", notification.event().name())
                .query(UUID.class)
                .single();
    }

    /** The resolutions of these episodes of which nothing was sent yet, where the opening is known too. */
    public List<DeliveryPlan.Ending> endings(Source source, Collection<String> keys) {
        Map<UUID, DeliveryPlan.Ending> endings = new LinkedHashMap<>();
        jdbc.sql("""
                        SELECT r.notification_id, to_jsonb(r.recipients) AS recipients, d.delivery_id, d.route, d.channel,
                            d.recipient, d.peer, coalesce(d.recipient, d.target) AS address
                        FROM (SELECT * FROM notifications
                            WHERE source = :source AND key = ANY (:keys) AND event = 'RESOLVED' OFFSET 0) r
                        JOIN LATERAL (SELECT o.notification_id FROM notifications o
                            WHERE o.source = r.source AND o.key = r.key AND o.event = 'OPENED' OFFSET 0) o ON true
                        LEFT JOIN LATERAL (SELECT d.*, t.target FROM notification_deliveries d
                                LEFT JOIN notification_routes t ON t.name = d.route AND t.channel = d.channel
                            WHERE d.notification_id = o.notification_id AND (d.route IS NULL OR t.send_resolved)
                            OFFSET 0) d ON true
                        WHERE NOT EXISTS (SELECT FROM notification_deliveries sent
                            WHERE sent.notification_id = r.notification_id OFFSET 0)
                        ORDER BY r.notification_id, d.delivery_id
                        """)
                .param("source", source.name())
                .param("keys", keys.toArray(String[]::new))
                .query(row -> {
                    UUID id = row.getObject("notification_id", UUID.class);
                    List<String> recipients = read(row.getString("recipients"));
                    DeliveryPlan.Ending ending = endings.computeIfAbsent(
                            id, absent -> new DeliveryPlan.Ending(id, recipients, new ArrayList<>()));
                    UUID delivery = row.getObject("delivery_id", UUID.class);
                    if (delivery != null) {
                        ending.told()
                                .add(new DeliveryPlan.Told(
                                        delivery,
                                        row.getString("route"),
                                        Channel.valueOf(row.getString("channel")),
                                        row.getString("recipient"),
                                        row.getString("peer"),
                                        row.getString("address")));
                    }
                });
        return List.copyOf(endings.values());
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a notification cannot be written as JSON", e);
        }
    }

    private List<String> read(String array) {
        try {
            return json.readValue(array, STRINGS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("recipients cannot be read", e);
        }
    }
}
