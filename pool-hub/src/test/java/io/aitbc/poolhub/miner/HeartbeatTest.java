package io.aitbc.poolhub.miner;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.poolhub.HubWithMiners;
import io.aitbc.poolhub.telemetry.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** A heartbeat at t keeps UP until the next heartbeat, but at most for five minutes. */
class HeartbeatTest extends HubWithMiners {

    @Autowired
    StateIntervals intervals;

    @Autowired
    HeartbeatLedger ledger;

    @Test
    void theReplyHasRoomForWorkAndSaysWhenToComeAgain() {
        Answer reply = beat(enrol());
        assertThat(reply.body().toString())
                .isEqualTo("{\"status\":\"ok\",\"commands\":[],\"assignments\":[],\"next_heartbeat_seconds\":30}");
    }

    @Test
    void bothGenerationsOfMinersAreUnderstood() {
        String old = enrol();
        assertThat(beat(old, """
                {"status": "ready", "current_jobs": 1, "gpu_utilization": 12.5, "memory_used": 1024.0,
                 "memory_total": 24576, "network_latency_ms": 42.5}
                """).status()).isEqualTo(200);
        assertThat(get(VIEWER, "/v1/miners/" + old).body().get("eta_ms").asDouble())
                .isEqualTo(42.5);
        String young = enrol();
        assertThat(beat(young, """
                {"miner_id": "%s", "status": "ready", "current_jobs": 0, "queue_len": 3, "gpus": [{"uuid": "GPU-1"}]}
                """.formatted(young)).status()).isEqualTo(200);
        assertThat(get(VIEWER, "/v1/miners/" + young).body().get("queue_len").asInt())
                .isEqualTo(3);
    }

    @Test
    void whatIsLeftOutKeepsItsLastValue() {
        String id = enrol();
        beat(id, "{\"network_latency_ms\": 42}");
        beat(id, "{}");
        assertThat(get(VIEWER, "/v1/miners/" + id).body().get("eta_ms").asDouble())
                .isEqualTo(42);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"current_jobs\": -1}",
                "{\"gpu_utilization\": 101}",
                "{\"network_latency_ms\": -0.1}",
                "{\"memory_used\": 1e300}",
                "{\"status\": \"a\\u0000b\"}",
                "{\"status\": \"much longer than any status that a miner has\"}"
            })
    void whatCannotBeIsRefusedAndChangesNothing(String body) {
        String id = enrol();
        assertThat(beat(id, body).status()).isEqualTo(422);
        assertThat(intervals(id)).containsExactly("UNKNOWN PT0S..");
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 60, 120})
    void theIntervalsDoNotDependOnHowOftenAMinerBeats(int seconds) {
        String id = enrol();
        for (int t = 0; t <= 1_800; t += seconds) {
            at("PT" + t + "S");
            write(id);
        }
        for (int t = 3_600; t <= 5_400; t += seconds) {
            at("PT" + t + "S");
            write(id);
            intervals.sweep(clock.instant());
        }
        assertThat(intervals(id)).containsExactly("UP PT0S..PT35M", "DOWN PT35M..PT1H", "UP PT1H..");
    }

    @Test
    void theGraceIsExact() {
        String onTime = enrol();
        String late = enrol();
        beat(onTime);
        beat(late);
        at("PT5M");
        beat(onTime);
        at("PT5M0.001S");
        beat(late);
        assertThat(intervals(onTime)).containsExactly("UP PT0S..");
        assertThat(intervals(late)).containsExactly("UP PT0S..PT5M", "DOWN PT5M..PT5M0.001S", "UP PT5M0.001S..");
    }

    @Test
    void sweptOrNotTheSilenceIsTheSame() {
        String swept = enrol();
        String seenLate = enrol();
        beat(swept);
        beat(seenLate);
        at("PT7M");
        intervals.sweep(clock.instant());
        at("PT20M");
        beat(swept);
        write(seenLate);
        assertThat(intervals(swept)).containsExactly("UP PT0S..PT5M", "DOWN PT5M..PT20M", "UP PT20M..");
        assertThat(intervals(seenLate)).isEqualTo(intervals(swept));
    }

    @Test
    void sweepingAgainChangesNothing() {
        String id = enrol();
        beat(id);
        at("PT6M");
        intervals.sweep(clock.instant());
        List<String> once = intervals(id);
        assertThat(intervals.sweep(clock.instant())).isZero();
        at("PT60M");
        intervals.sweep(clock.instant());
        assertThat(intervals(id)).isEqualTo(once).containsExactly("UP PT0S..PT5M", "DOWN PT5M..");
    }

    @Test
    void degradedIsAStateOfItsOwn() {
        String id = enrol();
        beat(id);
        at("PT1M");
        beat(id, "{\"status\": \"degraded\"}");
        at("PT2M");
        beat(id, "{\"status\": \"degraded\"}");
        at("PT3M");
        beat(id);
        assertThat(intervals(id)).containsExactly("UP PT0S..PT1M", "DEGRADED PT1M..PT3M", "UP PT3M..");
    }

    @Test
    void aMinerThatNeverBeatsIsDownWhenItsGraceIsOver() {
        String id = enrol();
        at("PT9M");
        intervals.sweep(clock.instant());
        assertThat(intervals(id)).containsExactly("UNKNOWN PT0S..PT5M", "DOWN PT5M..");
    }

    @Test
    void aClockThatJumpsBackTakesNothingBack() {
        String id = enrol();
        beat(id);
        at("PT4M");
        beat(id);
        at("PT1M");
        beat(id, "{\"status\": \"degraded\"}");
        assertThat(intervals(id)).containsExactly("UP PT0S..PT4M", "DEGRADED PT4M..");
        at("PT2M");
        beat(id);
        at("PT6M");
        beat(id);
        assertThat(intervals(id)).containsExactly("UP PT0S..PT4M", "UP PT4M..");
        at("PT30S");
        assertThat(intervals.sweep(clock.instant())).isZero();
    }

    @Test
    void aWaitingMinerIsHeardButNotCountedAsUp() {
        String id = fresh("m");
        jdbc.sql("""
                INSERT INTO miners (miner_id, api_key_hash, enrollment, registered_at, updated_at)
                VALUES (:id, encode(sha256(:key::bytea), 'hex'), 'PENDING', :now, :now)
                """)
                .param("id", id)
                .param("key", keyOf(id))
                .param("now", utc(START))
                .update();
        jdbc.sql("INSERT INTO miner_status (miner_id, state) VALUES (:id, 'NOT_ENROLLED')")
                .param("id", id)
                .update();
        assertThat(beat(id).body().get("status").asText()).isEqualTo("pending");
        assertThat(intervals(id)).isEmpty();
        assertThat(post(OPERATOR, "/v1/miners/" + id + "/approve", "").status()).isEqualTo(200);
        at("PT1M");
        assertThat(beat(id).body().get("status").asText()).isEqualTo("ok");
        assertThat(intervals(id)).containsExactly("UNKNOWN PT0S..PT1M", "UP PT1M..");
    }

    @Test
    void twoReplicasThatWriteTheSameMinersAtOnceAgree() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            ids.add(enrol());
        }
        ids.forEach(this::write);
        ExecutorService replicas = Executors.newFixedThreadPool(3);
        try {
            for (int round = 1; round <= 10; round++) {
                // Every round comes after a silence, so that each replica sees a change to write.
                clock.advance(Duration.ofMinutes(10));
                List<CompletableFuture<?>> writes = new ArrayList<>();
                for (int replica = 0; replica < 2; replica++) {
                    List<Beat> beats = ids.stream().map(HeartbeatTest::ready).toList();
                    writes.add(CompletableFuture.runAsync(() -> ledger.write(beats), replicas));
                }
                writes.add(CompletableFuture.runAsync(() -> intervals.sweep(clock.instant()), replicas));
                for (CompletableFuture<?> write : writes) {
                    write.get(30, TimeUnit.SECONDS);
                }
            }
        } finally {
            replicas.shutdownNow();
        }
        for (String id : ids) {
            List<String> known = intervals(id);
            assertThat(known).hasSize(21);
            assertThat(known.get(1)).isEqualTo("DOWN PT5M..PT10M");
            assertThat(known.get(20)).isEqualTo("UP PT1H40M..");
        }
    }

    @Test
    void aThousandAtOnceAreAllDurable() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ids.add(enrol());
        }
        ExecutorService miners = Executors.newFixedThreadPool(64);
        try {
            List<CompletableFuture<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                String id = ids.get(i % ids.size());
                answers.add(CompletableFuture.supplyAsync(() -> beat(id), miners));
            }
            for (CompletableFuture<Answer> answer : answers) {
                assertThat(answer.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
            }
        } finally {
            miners.shutdownNow();
        }
        for (String id : ids) {
            assertThat(intervals(id)).containsExactly("UP PT0S..");
            assertThat(count(
                            "SELECT count(*) FROM miner_status WHERE miner_id = ? AND last_heartbeat_at = ?",
                            id,
                            utc(START)))
                    .isEqualTo(1);
        }
    }

    private void write(String id) {
        ledger.write(List.of(ready(id)));
    }

    private static Beat ready(String id) {
        return new Beat(id, "ready", false, 0, 0, null, null, null, null, Telemetry.none(id));
    }
}
