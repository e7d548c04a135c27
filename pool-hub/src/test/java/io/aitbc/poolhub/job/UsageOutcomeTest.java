package io.aitbc.poolhub.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.f4b6a3.uuid.UuidCreator;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Work that came to no good end is billed with how it ended, also the hours of it that were written while it ran. */
class UsageOutcomeTest extends JobHub {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void goodWorkHasAModelNoOutcomeAndTheNamesThatItAlwaysHad() {
        String key = running("j-1", "");
        clock.advance(Duration.ofSeconds(600));
        says(key, "j-1", "completed").expect(200);
        assertThat(inForce("j-1", "gpu_hours")).containsExactly("NVIDIA A100 - 600");
        assertThat(inForce("j-1", "compute_hours")).containsExactly("NVIDIA A100 - 600");
        UUID namespace = UUID.nameUUIDFromBytes("pool-job-usage".getBytes(StandardCharsets.UTF_8));
        for (String resource : List.of("gpu_hours", "compute_hours")) {
            UUID name = UuidCreator.getNameBasedSha1(namespace, "j-1/1/" + NOON + "/" + resource);
            assertThat(jdbc.sql("SELECT event_id FROM usage_events WHERE resource_type = ?")
                            .param(resource)
                            .query(UUID.class)
                            .single())
                    .isEqualTo(name);
        }
    }

    @Test
    void hoursOfAJobThatItsMinerFailedAreTakenBackAndWrittenAsItsFault() {
        String key = running("j-1", "");
        long seconds = runFor(key, Duration.ofMinutes(150));
        assertThat(inForce("j-1", "gpu_hours"))
                .as("while it runs nobody knows better")
                .containsExactly("NVIDIA A100 - 3600", "NVIDIA A100 - 3600");
        says(key, "j-1", "failed", clock.instant(), ",\"fail_code\":\"miner_error\"")
                .expect(200);
        assertThat(inForce("j-1", "gpu_hours"))
                .containsExactly(
                        "NVIDIA A100 provider_fault 3600",
                        "NVIDIA A100 provider_fault 3600",
                        "NVIDIA A100 provider_fault 1800");
        exactly("j-1", seconds);
        assertThat(jdbc.sql("""
                        SELECT count(*) FROM usage_events r JOIN usage_events o ON o.event_id = r.reverses
                        WHERE r.occurred_at = o.occurred_at AND r.quantity = -o.quantity AND r.tenant_id = o.tenant_id
                          AND r.resource_type = o.resource_type AND r.period_start = o.period_start
                          AND r.metadata = o.metadata AND r.gpu_model = o.gpu_model
                        """).query(Integer.class).single())
                .as("two hours of two resources, each by its mirror")
                .isEqualTo(4);

        int events = events();
        assertThat(says(key, "j-1", "failed", clock.instant(), ",\"fail_code\":\"miner_error\"")
                        .expect(200)
                        .path("duplicate")
                        .asBoolean())
                .isTrue();
        accrual.accrue();
        assertThat(events()).isEqualTo(events);
    }

    @Test
    void aSilentMinersTimeIsItsFaultUntilItProvesThatItWorked() {
        String key = running("j-1", "");
        Instant started = clock.instant();
        runFor(key, Duration.ofMinutes(90));
        clock.advance(Duration.ofMinutes(7));
        pass();
        assertThat(state("j-1")).isEqualTo("QUEUED");
        assertThat(inForce("j-1", "gpu_hours"))
                .containsExactly("NVIDIA A100 provider_fault 3600", "NVIDIA A100 provider_fault 1800");
        exactly("j-1", 5_400);
        // It had been done before it was last heard of: less than was written, and nobody's fault.
        says(key, "j-1", "completed", started.plusSeconds(5_000), ",\"started_at\":\"" + started + "\"")
                .expect(200);
        assertThat(state("j-1")).isEqualTo("COMPLETED");
        assertThat(inForce("j-1", "gpu_hours")).containsExactly("NVIDIA A100 - 3600", "NVIDIA A100 - 1400");
        exactly("j-1", 5_000);
    }

    @Test
    void aMinerThatWasThoughtLostIsBilledOnceForAllThatItRan() {
        String key = running("j-1", "");
        runFor(key, Duration.ofMinutes(90));
        clock.advance(Duration.ofMinutes(7));
        pass();
        beat(key).expect(200);
        says(key, "j-1", "started", clock.instant(), "").expect(200);
        assertThat(state("j-1"))
                .as("the same word again is none; what it says with its end counts")
                .isEqualTo("QUEUED");
        runFor(key, Duration.ofMinutes(53));
        says(key, "j-1", "failed", clock.instant(), ",\"fail_code\":\"job_error\",\"started_at\":\"" + NOON + "\"")
                .expect(200);
        assertThat(inForce("j-1", "gpu_hours"))
                .containsExactly(
                        "NVIDIA A100 user_error 3600", "NVIDIA A100 user_error 3600", "NVIDIA A100 user_error 1800");
        exactly("j-1", 9_000);
    }

    @Test
    void whatTheJobIsToBlameForIsTheTenantsError() {
        String key = running("j-1", "");
        clock.advance(Duration.ofSeconds(77));
        says(key, "j-1", "failed", clock.instant(), ",\"fail_code\":\"job_error\"")
                .expect(200);
        assertThat(inForce("j-1", "gpu_hours")).containsExactly("NVIDIA A100 user_error 77");

        submit("j-2", ",\"max_duration_s\":600");
        pass();
        says(key, "j-2", "started").expect(200);
        for (int i = 0; i < 13; i++) {
            clock.advance(MINUTE);
            beat(key).expect(200);
            pass();
        }
        assertThat(job("j-2").path("fail_code").asText()).isEqualTo("timeout");
        assertThat(inForce("j-2", "gpu_hours")).containsExactly("NVIDIA A100 user_error 720");
    }

    @Test
    void whatTheTenantCancelsItHasUsed() {
        String key = running("j-1", "");
        clock.advance(Duration.ofSeconds(120));
        post("/v1/jobs/j-1/cancel", OPERATOR, "{\"reason\":\"not needed\"}").expect(200);
        says(key, "j-1", "stopped").expect(200);
        assertThat(inForce("j-1", "gpu_hours")).containsExactly("NVIDIA A100 - 120");

        // Also when the miner does not stop: until it was told to.
        submit("j-2");
        beat(key).expect(200);
        pass();
        says(key, "j-2", "started").expect(200);
        clock.advance(MINUTE);
        post("/v1/jobs/j-2/cancel", OPERATOR, "{\"reason\":\"not needed\"}").expect(200);
        for (int i = 0; i < 6; i++) {
            clock.advance(MINUTE);
            beat(key).expect(200);
            pass();
        }
        assertThat(state("j-2")).isEqualTo("CANCELLED");
        assertThat(inForce("j-2", "gpu_hours")).containsExactly("NVIDIA A100 - 60");
    }

    @Test
    void ofAJobThatHadToMakeRoomWhatItHadSavedIsGoodAndTheRestWasPreempted() {
        String key = running("low", ",\"priority\":10,\"preemptible\":true");
        runFor(key, MINUTE);
        submit("urgent", ",\"priority\":90");
        assertThat(pass().stopped()).isEqualTo(1);
        runFor(key, Duration.ofMinutes(149));
        says(key, "low", "progress", clock.instant(), ",\"progress_s\":4000").expect(200);
        says(key, "low", "stopped", clock.instant(), ",\"progress_s\":5000").expect(200);
        assertThat(inForce("low", "gpu_hours"))
                .as("the hour that holds the checkpoint is split, the one before it stays")
                .containsExactly(
                        "NVIDIA A100 - 3600",
                        "NVIDIA A100 - 1400",
                        "NVIDIA A100 preempted 2200",
                        "NVIDIA A100 preempted 1800");
        exactly("low", 9_000);

        // What the next attempt saves is counted from there on.
        pass();
        says(key, "urgent", "started").expect(200);
        says(key, "urgent", "completed").expect(200);
        pass();
        says(key, "low", "started").expect(200);
        clock.advance(Duration.ofSeconds(600));
        says(key, "low", "stopped", clock.instant(), ",\"progress_s\":5100").expect(200);
        assertThat(inForce("low", "gpu_hours")).endsWith("NVIDIA A100 - 100", "NVIDIA A100 preempted 500");
        exactly("low", 9_600);
    }

    @Test
    void noMoreIsSavedThanWasRunAndNoLessThanNothing() {
        String key = running("j-1", "");
        clock.advance(Duration.ofSeconds(100));
        says(key, "j-1", "stopped", clock.instant(), ",\"progress_s\":999999999")
                .expect(200);
        assertThat(inForce("j-1", "gpu_hours")).containsExactly("NVIDIA A100 - 100");
        clock.advance(MINUTE);
        beat(key).expect(200);
        pass();
        says(key, "j-1", "started").expect(200);
        clock.advance(Duration.ofSeconds(50));
        says(key, "j-1", "stopped", clock.instant(), ",\"progress_s\":1").expect(200);
        assertThat(inForce("j-1", "gpu_hours")).containsExactly("NVIDIA A100 - 100", "NVIDIA A100 preempted 50");
    }

    @Test
    void gpusOfSeveralModelsAreBilledApart() {
        String key = miner("m-1", 3);
        for (String gpu : List.of("GPU-a:NVIDIA H100", "GPU-b:NVIDIA A100", "GPU-c:NVIDIA A100")) {
            String[] named = gpu.split(":");
            jdbc.sql("""
                    INSERT INTO gpus (gpu_uuid, miner_id, model, memory_mib, first_seen_at, last_sample_at, state_since)
                    VALUES (?, 'm-1', ?, 81920, now(), now(), now())
                    """).params(named[0], named[1]).update();
        }
        submit("j-1", ",\"gpu_count\":3");
        assertThat(pass().placed()).isEqualTo(1);
        says(key, "j-1", "started").expect(200);
        clock.advance(Duration.ofSeconds(600));
        says(key, "j-1", "completed").expect(200);
        assertThat(inForce("j-1", "gpu_hours")).containsExactly("NVIDIA A100 - 1200", "NVIDIA H100 - 600");
        assertThat(inForce("j-1", "compute_hours")).containsExactly("NVIDIA A100 - 400", "NVIDIA H100 - 200");
        JsonNode attempt = job("j-1").path("attempts").get(0);
        assertThat(attempt.path("gpu_models")).hasSize(3);
        assertThat(jdbc.sql("""
                        SELECT jsonb_array_length(metadata -> 'gpu_uuids') || '/' || (metadata ->> 'gpu_count')
                        FROM usage_events WHERE resource_type = 'gpu_hours' ORDER BY gpu_model
                        """).query(String.class).list()).containsExactly("2/2", "1/1");
        assertThat(used("j-1", "compute_hours")).isEqualByComparingTo("0.16666666");
    }

    /** A miner on which the job of a day runs from now on. */
    private String running(String jobId, String more) {
        String key = miner("m-1", 1);
        post("/v1/jobs", OPERATOR, job(jobId, more).replace("3600", "86400")).expect(201);
        pass();
        says(key, jobId, "started").expect(200);
        return key;
    }

    /** Beats and accrues every minute; answers how many seconds that took. */
    private long runFor(String key, Duration time) {
        for (long minute = 0; minute < time.toMinutes(); minute++) {
            clock.advance(MINUTE);
            beat(key).expect(200);
            accrual.accrue();
        }
        return time.toSeconds();
    }

    /** Both resources were used for so many seconds: what is in force adds up to it, and so does all together. */
    private void exactly(String jobId, long seconds) {
        BigDecimal hours = BigDecimal.valueOf(seconds).divide(BigDecimal.valueOf(3_600), 8, RoundingMode.DOWN);
        for (String resource : List.of("gpu_hours", "compute_hours")) {
            assertThat(used(jobId, resource)).isEqualByComparingTo(hours);
            assertThat(jdbc.sql("SELECT sum(quantity) FROM usage_events e WHERE job_id = ? AND resource_type = ? AND "
                                    + IN_FORCE)
                            .params(jobId, resource)
                            .query(BigDecimal.class)
                            .single())
                    .isEqualByComparingTo(hours);
        }
    }

    private static final String IN_FORCE =
            "reverses IS NULL AND NOT EXISTS (SELECT 1 FROM usage_events r WHERE r.reverses = e.event_id)";

    /** Model, outcome and seconds of each piece in force. */
    private List<String> inForce(String jobId, String resource) {
        return jdbc.sql("""
                SELECT concat_ws(' ', gpu_model, coalesce(outcome, '-'), round(quantity * 3600)) FROM usage_events e
                WHERE job_id = ? AND resource_type = ? AND %s ORDER BY period_start, gpu_model
                """.formatted(IN_FORCE))
                .params(jobId, resource)
                .query(String.class)
                .list();
    }

    private int events() {
        return jdbc.sql("SELECT count(*) FROM usage_events")
                .query(Integer.class)
                .single();
    }
}
