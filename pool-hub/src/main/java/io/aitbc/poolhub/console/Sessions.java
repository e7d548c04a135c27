package io.aitbc.poolhub.console;

import io.aitbc.service.security.ApiKeys;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Who is signed in, for all replicas. A session is known by its cookie's value, of which only the digest is kept. */
@Repository
class Sessions {

    private static final Duration PRECISION = Duration.ofMinutes(1);

    private record Seen(String keyHash, Instant lastSeenAt) {}

    private final JdbcClient jdbc;
    private final ConsoleSettings settings;
    private final Clock clock;

    Sessions(JdbcClient jdbc, ConsoleSettings settings, Clock clock) {
        this.jdbc = jdbc;
        this.settings = settings;
        this.clock = clock;
    }

    /** Begins a session, and forgets those that are over. */
    void begin(String value, String keyHash) {
        Instant now = clock.instant();
        jdbc.sql("DELETE FROM console_sessions WHERE last_seen_at <= :idle OR created_at <= :begun")
                .params(limits(now))
                .update();
        jdbc.sql("""
                INSERT INTO console_sessions (session_hash, key_hash, created_at, last_seen_at)
                VALUES (:session, :key, :now, :now)
                """)
                .param("session", ApiKeys.sha256(value))
                .param("key", keyHash)
                .param("now", Timestamp.from(now))
                .update();
    }

    void end(String value) {
        jdbc.sql("DELETE FROM console_sessions WHERE session_hash = :session")
                .param("session", ApiKeys.sha256(value))
                .update();
    }

    /**
     * The digest of the key that a session was begun with; empty when it is over.
     *
     * @param byHand whether somebody does something, so that the session goes on
     */
    Optional<String> keyOf(String value, boolean byHand) {
        Instant now = clock.instant();
        String session = ApiKeys.sha256(value);
        Optional<Seen> seen = jdbc.sql("""
                SELECT key_hash, last_seen_at FROM console_sessions
                WHERE session_hash = :session AND last_seen_at > :idle AND created_at > :begun
                """)
                .param("session", session)
                .params(limits(now))
                .query((row, n) ->
                        new Seen(row.getString(1), row.getTimestamp(2).toInstant()))
                .optional();
        if (byHand && seen.isPresent() && seen.get().lastSeenAt().isBefore(now.minus(PRECISION))) {
            jdbc.sql("UPDATE console_sessions SET last_seen_at = :now WHERE session_hash = :session")
                    .param("now", Timestamp.from(now))
                    .param("session", session)
                    .update();
        }
        return seen.map(Seen::keyHash);
    }

    /** The digests of the keys of those of these sessions that go on, by the digests of the sessions. */
    Map<String, String> keysOf(Collection<String> sessionHashes) {
        Set<String> asked = new HashSet<>(sessionHashes);
        Map<String, String> keys = new java.util.HashMap<>();
        jdbc.sql("""
                SELECT session_hash, key_hash FROM console_sessions
                WHERE session_hash = ANY (:sessions) AND last_seen_at > :idle AND created_at > :begun
                """)
                .param("sessions", asked.toArray(new String[0]))
                .params(limits(clock.instant()))
                .query(row -> {
                    keys.put(row.getString(1), row.getString(2));
                });
        return keys;
    }

    private Map<String, Timestamp> limits(Instant now) {
        return Map.of(
                "idle", Timestamp.from(now.minus(settings.idle())),
                "begun", Timestamp.from(now.minus(settings.longest())));
    }
}
