package io.aitbc.poolhub.sla;

import io.aitbc.testsupport.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What may happen in a fleet between collections, written as the features write it. */
final class RandomPast {

    static final int MINERS = 4;

    /** Something that happens. */
    sealed interface Step {}

    /** Time passes. */
    record Pass(int minutes) implements Step {}

    /** A miner enters a state now. */
    record Enter(int miner, String state) implements Step {}

    /** A miner was in a state, as somebody knows afterwards; nothing, where it contradicts what is known. */
    record Was(int miner, String state, int minutesAgo, int minutes) implements Step {}

    /** So many matches were offered to a miner, the last of them so long ago. */
    record Match(int miner, int count, int eta, int minutesAgo) implements Step {}

    /** So much work ended, so long ago. */
    record End(int miner, int completed, int failed, int minutesAgo) implements Step {}

    /** As {@link End}, in a transaction that is committed only after the next collection. */
    record EndLate(int miner, int failed, int minutesAgo) implements Step {}

    /** The service levels are measured. */
    record Collect() implements Step {}

    private final JdbcClient jdbc;
    private final MutableClock clock;
    private int number;

    RandomPast(JdbcClient jdbc, MutableClock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Nothing has happened to anybody. */
    void begin(Instant noon) {
        clock.set(noon);
        jdbc.sql("""
                TRUNCATE miners, miner_status, miner_state_intervals, match_results, job_outcomes, sla_metrics, sla_current,
                         sla_violations, sla_metrics_hourly CASCADE
                """).update();
        forgetCollections();
        jdbc.sql("""
                INSERT INTO miners (miner_id, api_key_hash, enrollment, registered_at, updated_at)
                SELECT 'm-' || n, encode(sha256(n::text::bytea), 'hex'), 'APPROVED', :now, :now
                FROM generate_series(0, :last) n
                """).param("now", utc(noon)).param("last", MINERS - 1).update();
        jdbc.sql("INSERT INTO miner_status (miner_id, state) SELECT miner_id, 'UNKNOWN' FROM miners")
                .update();
    }

    /** All history stays; what was made of it goes. */
    void forgetCollections() {
        jdbc.sql("TRUNCATE sla_metrics, sla_current, sla_violations").update();
        jdbc.sql("UPDATE sla_watermarks SET seen_xid = '0', collected_at = '-infinity'")
                .update();
    }

    void enter(Enter step) {
        OffsetDateTime now = utc(clock.instant());
        int ended = jdbc.sql("""
                UPDATE miner_state_intervals SET ended_at = :now
                WHERE miner_id = :miner AND ended_at IS NULL AND started_at < :now AND state <> :state
                """)
                .param("now", now)
                .param("miner", id(step.miner()))
                .param("state", step.state())
                .update();
        if (ended == 0
                && jdbc.sql(
                                "SELECT EXISTS (SELECT 1 FROM miner_state_intervals WHERE miner_id = :m AND ended_at IS NULL)")
                        .param("m", id(step.miner()))
                        .query(Boolean.class)
                        .single()) {
            return;
        }
        jdbc.sql("""
                INSERT INTO miner_state_intervals (id, miner_id, state, started_at)
                VALUES (gen_random_uuid(), :miner, :state, :now) ON CONFLICT DO NOTHING
                """)
                .param("now", now)
                .param("miner", id(step.miner()))
                .param("state", step.state())
                .update();
    }

    void was(Was step) {
        Instant start = ago(step.minutesAgo());
        jdbc.sql("""
                INSERT INTO miner_state_intervals (id, miner_id, state, started_at, ended_at)
                VALUES (gen_random_uuid(), :miner, :state, :start, :end) ON CONFLICT DO NOTHING
                """)
                .param("miner", id(step.miner()))
                .param("state", step.state())
                .param("start", utc(start))
                .param("end", utc(start.plus(Duration.ofMinutes(step.minutes()))))
                .update();
    }

    /** No two results have the same time, or the last hundred would not be well defined. */
    void match(Match step) {
        jdbc.sql("""
                INSERT INTO match_results (id, job_id, miner_id, eta_ms, created_at)
                SELECT gen_random_uuid(), 'j', :miner, :eta + n * 17 % 101, :at::timestamptz - (:first + n) * interval '1 us'
                FROM generate_series(1, :count) n
                """)
                .param("miner", id(step.miner()))
                .param("eta", step.eta())
                .param("at", utc(ago(step.minutesAgo())))
                .param("first", number)
                .param("count", step.count())
                .update();
        number += step.count();
    }

    void end(End step) {
        end(jdbc, step.miner(), step.completed(), step.failed(), ago(step.minutesAgo()));
    }

    /** @param with the connection whose transaction it belongs to */
    void end(JdbcClient with, int miner, int completed, int failed, Instant at) {
        with.sql("""
                INSERT INTO job_outcomes (id, job_id, miner_id, outcome, recorded_at)
                SELECT gen_random_uuid(), gen_random_uuid()::text, :miner,
                       CASE WHEN n <= :completed THEN 'completed' ELSE 'failed' END, :at
                FROM generate_series(1, :all) n
                """)
                .param("miner", id(miner))
                .param("completed", completed)
                .param("all", completed + failed)
                .param("at", utc(at))
                .update();
    }

    Instant ago(int minutes) {
        return clock.instant().minus(Duration.ofMinutes(minutes));
    }

    static String id(int miner) {
        return "m-" + miner;
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(java.time.ZoneOffset.UTC);
    }
}
