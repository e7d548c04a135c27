package io.aitbc.poolhub.miner;

import io.aitbc.service.lifetime.ServiceLifetime;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What the hub does not know because it was away itself.
 *
 * <p>From its last sign of life on, every enrolled miner is UNKNOWN. One that was up counts as UP again from its first
 * heartbeat, or as DOWN when the grace period after the start passes without one; one that was down is DOWN again from the
 * start on.
 */
@Component
class HubAbsence implements InitializingBean {

    private static final Logger LOG = LoggerFactory.getLogger(HubAbsence.class);
    static final Duration SHORTEST = Duration.ofSeconds(30);

    private final JdbcTemplate jdbc;
    private final StateIntervals intervals;
    private final ServiceLifetime lifetime;
    private final TransactionTemplate transaction;
    private final MinerSettings settings;
    private final Clock clock;

    HubAbsence(
            JdbcTemplate jdbc,
            StateIntervals intervals,
            ServiceLifetime lifetime,
            TransactionTemplate transaction,
            MinerSettings settings,
            Clock clock) {
        this.jdbc = jdbc;
        this.intervals = intervals;
        this.lifetime = lifetime;
        this.transaction = transaction;
        this.settings = settings;
        this.clock = clock;
    }

    /** Before the first request is taken. */
    @Override
    public void afterPropertiesSet() {
        lifetime.previousLastSeen().ifPresent(last -> record(last, clock.instant()));
    }

    /** Records that the hub was away from {@code lastSeen} to {@code back}; the same call again changes nothing. */
    void record(Instant lastSeen, Instant back) {
        transaction.executeWithoutResult(status -> {
            jdbc.queryForList("SELECT pg_advisory_xact_lock(hashtext('hub-absence'))::text");
            Instant away = lastBeat().filter(lastSeen::isBefore).orElse(lastSeen);
            if (Duration.between(away, back).compareTo(SHORTEST) >= 0) {
                LOG.info("The hub was away from {} to {}; nothing is known of that time", away, back);
                intervals.sweep(away);
                forget(away, back);
            }
        });
    }

    private Optional<Instant> lastBeat() {
        return Optional.ofNullable(
                        jdbc.queryForObject("SELECT max(last_heartbeat_at) FROM miner_status", Timestamp.class))
                .map(Timestamp::toInstant);
    }

    private void forget(Instant away, Instant back) {
        var awayAt = StateIntervals.utc(away);
        var backAt = StateIntervals.utc(back);
        var downAfter = StateIntervals.utc(back.plus(settings.grace()));
        // One statement finds what was open, ends it, and says which was which.
        jdbc.update("""
                CREATE TEMPORARY TABLE absent ON COMMIT DROP AS
                SELECT miner_id, state FROM miner_state_intervals
                WHERE ended_at IS NULL AND started_at < ? AND state IN ('UP', 'DEGRADED', 'DOWN')
                """.replace("?", "'" + away + "'::timestamptz"));
        jdbc.update(
                "UPDATE miner_state_intervals i SET ended_at = ? FROM absent a WHERE i.miner_id = a.miner_id"
                        + " AND i.ended_at IS NULL AND i.state = a.state",
                awayAt);
        jdbc.update("""
                INSERT INTO miner_state_intervals (id, miner_id, state, started_at, ended_at)
                SELECT gen_random_uuid(), miner_id, 'UNKNOWN', ?::timestamptz,
                       CASE WHEN state = 'DOWN' THEN ?::timestamptz END FROM absent
                UNION ALL
                SELECT gen_random_uuid(), miner_id, 'DOWN', ?::timestamptz, NULL FROM absent WHERE state = 'DOWN'
                """, awayAt, backAt, backAt);
        jdbc.update("UPDATE miner_status SET state = 'UNKNOWN' WHERE state IN ('UP', 'DEGRADED') AND miner_id IN"
                + " (SELECT miner_id FROM miner_state_intervals WHERE ended_at IS NULL AND state = 'UNKNOWN')");
        jdbc.update("UPDATE miner_status SET down_after = ? WHERE state = 'UNKNOWN'", downAfter);
    }
}
