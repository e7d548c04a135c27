package io.aitbc.coordinator.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The deliveries that are due, shared by all replicas. A replica claims a delivery for a while by a lease, in one short statement,
 * and holds no connection while it sends. The lease is by the database's clock, so that replicas agree on it.
 *
 * <p>Delivery is at least once: a replica that is killed after the peer took a message and before it wrote that down leaves a
 * lease that ends, and the message is sent once more. The peer knows it by the delivery's id.
 */
@Repository
class DeliveryQueue {

    /** How many there are of each, and since when the oldest that is due has been waiting. */
    record Backlog(
            long pending, long waiting, long dead, @Nullable Instant oldest) {}

    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

    private static final String CLAIM = """
            WITH RECURSIVE peers AS (
                (SELECT peer FROM notification_deliveries WHERE state = 'PENDING' ORDER BY peer LIMIT 1)
                UNION ALL
                SELECT (SELECT d.peer FROM notification_deliveries d WHERE d.state = 'PENDING' AND d.peer > p.peer
                        ORDER BY d.peer LIMIT 1)
                FROM peers p WHERE p.peer IS NOT NULL
            ), due AS (
                SELECT found.delivery_id FROM (
                    SELECT p.peer, coalesce(busy.count, 0) AS busy
                    FROM peers p LEFT JOIN unnest(:busyPeers::text[], :busyCounts::int[]) AS busy (peer, count)
                        ON busy.peer = p.peer
                    WHERE p.peer IS NOT NULL) AS each
                CROSS JOIN LATERAL (
                  SELECT picked.*, each.busy + row_number() OVER (ORDER BY next_attempt_at, delivery_id) AS rank FROM (
                    SELECT d.delivery_id, d.next_attempt_at FROM notification_deliveries d
                    WHERE d.peer = each.peer AND d.state = 'PENDING' AND d.next_attempt_at <= :now
                        AND (d.leased_until IS NULL OR d.leased_until < clock_timestamp())
                        AND (d.channel <> 'EMAIL' OR :hasMail)
                        AND (d.follows IS NULL OR NOT EXISTS (SELECT FROM notification_deliveries opening
                            WHERE opening.delivery_id = d.follows
                                AND opening.state IN ('PENDING', 'WAITING_FOR_SETTINGS')))
                    ORDER BY d.next_attempt_at, d.delivery_id LIMIT greatest(:perPeer - each.busy, 0)
                    FOR UPDATE SKIP LOCKED) AS picked) AS found
                ORDER BY found.rank, found.next_attempt_at LIMIT :limit
            ), claimed AS (
                UPDATE notification_deliveries d
                SET lease = gen_random_uuid(), leased_until = clock_timestamp() + :lease * interval '1 millisecond',
                    attempts = d.attempts + 1
                FROM due WHERE d.delivery_id = due.delivery_id
                RETURNING d.*
            )
            SELECT c.delivery_id, c.lease, c.attempts, c.channel, c.peer, c.follows,
                coalesce(c.recipient, r.target) AS target, r.secret,
                n.notification_id, n.source, n.key, n.event, n.severity, n.title, n.text, n.labels, n.tenant_id,
                n.occurred_at
            FROM claimed c JOIN notifications n ON n.notification_id = c.notification_id
            LEFT JOIN notification_routes r ON r.name = c.route AND r.channel = c.channel
            ORDER BY c.next_attempt_at, c.delivery_id
            """;

    private final JdbcClient jdbc;
    private final ObjectMapper json;

    DeliveryQueue(JdbcClient jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Queues deliveries; without mail settings, e-mails wait for them. */
    void add(List<NewDelivery> deliveries, boolean hasMail, Instant now) {
        if (deliveries.isEmpty()) {
            return;
        }
        jdbc.sql("""
                INSERT INTO notification_deliveries (delivery_id, notification_id, route, channel, recipient, peer, follows,
                    state, next_attempt_at, created_at)
                SELECT delivery_id, notification_id, route, upper(channel), recipient, peer, follows,
                    CASE WHEN channel = 'email' AND NOT :hasMail THEN 'WAITING_FOR_SETTINGS' ELSE 'PENDING' END, :now, :now
                FROM jsonb_to_recordset(:deliveries::jsonb) AS new (delivery_id uuid, notification_id uuid, route text,
                    channel text, recipient text, peer text, follows uuid)
                """)
                .param("deliveries", write(deliveries))
                .param("hasMail", hasMail)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
    }

    /**
     * Takes deliveries that are due, at most {@code perPeer} of each peer less those that are on their way to it already, and
     * counts the attempt: so one that kills its sender each time comes to an end too. Those peers come first that have least on its
     * way: however old the backlog of some is, they never take all hands from the others. A resolution waits for its opening.
     */
    List<Letter> claim(
            int limit, int perPeer, Map<String, Integer> busy, boolean hasMail, Duration lease, Instant now) {
        List<Map.Entry<String, Integer>> peers = List.copyOf(busy.entrySet());
        return jdbc.sql(CLAIM)
                .param("limit", limit)
                .param("perPeer", perPeer)
                .param("busyPeers", peers.stream().map(Map.Entry::getKey).toArray(String[]::new))
                .param("busyCounts", peers.stream().map(Map.Entry::getValue).toArray(Integer[]::new))
                .param("hasMail", hasMail)
                .param("lease", lease.toMillis())
                .param("now", now.atOffset(ZoneOffset.UTC))
                .query(this::letter)
                .list();
    }

    /** Writes down what became of it; false when the lease was lost meanwhile, and nothing was written. */
    boolean settle(Letter letter, DeliveryDecision decision, Instant now) {
        String state = "PENDING";
        String error = null;
        Instant next = now;
        Instant sent = null;
        int unspent = 0;
        if (decision instanceof DeliveryDecision.Sent) {
            state = "SENT";
            sent = now;
        } else if (decision instanceof DeliveryDecision.Dead dead) {
            state = "DEAD";
            error = dead.reason();
        } else if (decision instanceof DeliveryDecision.Again again) {
            error = again.reason();
            next = again.at();
            unspent = again.counts() ? 0 : 1;
        }
        return jdbc.sql("""
                        UPDATE notification_deliveries
                        SET state = :state, last_error = :error, next_attempt_at = :next, sent_at = :sent,
                            attempts = attempts - :unspent, lease = NULL, leased_until = NULL
                        WHERE delivery_id = :id AND lease = :lease AND state = 'PENDING'
                        """)
                        .param("state", state)
                        .param("error", error == null ? null : Texts.lines(error, 1_000))
                        .param("next", next.atOffset(ZoneOffset.UTC))
                        .param("sent", sent == null ? null : sent.atOffset(ZoneOffset.UTC))
                        .param("unspent", unspent)
                        .param("id", letter.deliveryId())
                        .param("lease", letter.lease())
                        .update()
                == 1;
    }

    /** Gives back what was claimed and not tried. */
    void release(Letter letter) {
        jdbc.sql("""
                UPDATE notification_deliveries SET attempts = attempts - 1, lease = NULL, leased_until = NULL
                WHERE delivery_id = :id AND lease = :lease
                """)
                .param("id", letter.deliveryId())
                .param("lease", letter.lease())
                .update();
    }

    /** Makes due what was put off for this peer, which works again; says how much that is. */
    int hurry(String peer, Instant now) {
        return jdbc.sql("""
                        UPDATE notification_deliveries SET next_attempt_at = :now
                        WHERE peer = :peer AND state = 'PENDING' AND next_attempt_at > :now
                            AND (leased_until IS NULL OR leased_until < clock_timestamp())
                        """)
                .param("peer", peer)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
    }

    /** E-mails wait while there are no settings for them, and are due once there are; says how many changed. */
    int heedSettings(boolean hasMail, Instant now) {
        return jdbc.sql(hasMail ? """
                        UPDATE notification_deliveries SET state = 'PENDING', next_attempt_at = :now
                        WHERE state = 'WAITING_FOR_SETTINGS'
                        """ : """
                        UPDATE notification_deliveries SET state = 'WAITING_FOR_SETTINGS'
                        WHERE state = 'PENDING' AND channel = 'EMAIL' AND next_attempt_at <= :now
                            AND (leased_until IS NULL OR leased_until < clock_timestamp())
                        """)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
    }

    /** The dead become ever more: of them only the index is read. */
    Backlog backlog() {
        return jdbc.sql("""
                        SELECT count(*) FILTER (WHERE state = 'PENDING') AS pending,
                            count(*) FILTER (WHERE state = 'WAITING_FOR_SETTINGS') AS waiting,
                            (SELECT count(*) FROM notification_deliveries WHERE state = 'DEAD') AS dead,
                            min(created_at) AS oldest
                        FROM notification_deliveries WHERE state IN ('PENDING', 'WAITING_FOR_SETTINGS')
                        """)
                .query((row, n) -> {
                    OffsetDateTime oldest = row.getObject("oldest", OffsetDateTime.class);
                    return new Backlog(
                            row.getLong("pending"),
                            row.getLong("waiting"),
                            row.getLong("dead"),
                            oldest == null ? null : oldest.toInstant());
                })
                .single();
    }

    private Letter letter(ResultSet row, int n) throws SQLException {
        return new Letter(
                row.getObject("delivery_id", UUID.class),
                row.getObject("lease", UUID.class),
                row.getInt("attempts"),
                Channel.valueOf(row.getString("channel")),
                row.getString("peer"),
                row.getString("target"),
                row.getString("secret"),
                row.getObject("follows", UUID.class),
                new Notification(
                        row.getObject("notification_id", UUID.class),
                        Source.valueOf(row.getString("source")),
                        row.getString("key"),
                        EpisodeEvent.valueOf(row.getString("event")),
                        Severity.valueOf(row.getString("severity")),
                        row.getString("title"),
                        row.getString("text"),
                        labels(row.getString("labels")),
                        row.getString("tenant_id"),
                        List.of(),
                        row.getObject("occurred_at", OffsetDateTime.class).toInstant()));
    }

    private String write(List<NewDelivery> deliveries) {
        try {
            return json.writeValueAsString(deliveries);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("deliveries cannot be written as JSON", e);
        }
    }

    private Map<String, String> labels(String labels) {
        try {
            return json.readValue(labels, LABELS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("labels cannot be read", e);
        }
    }
}
