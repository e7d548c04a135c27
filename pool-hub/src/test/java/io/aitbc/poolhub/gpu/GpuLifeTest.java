package io.aitbc.poolhub.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What becomes of a GPU that gets into trouble, from heartbeat to release. */
class GpuLifeTest extends GpuHub {

    private static final String COOL = "\"temperature_celsius\":50,\"power_watts\":200";
    private static final String HOT = "\"temperature_celsius\":90,\"power_watts\":390";

    @Autowired
    BreakerMeters breakerMeters;

    @Autowired
    MeterRegistry meters;

    @Test
    void whatAGpuSaysIsShownAndWhatItDoesNotSayIsAbsent() {
        String key = miner("m-1", 1);
        clock.advance(Duration.ofSeconds(1));
        says(key, GPU + 1, COOL + ",\"throttle_reasons\":[\"sw_power_cap\"],\"ecc_corrected_total\":7");
        schedule.sweep();
        JsonNode gpu = gpu(GPU + 1);
        assertThat(gpu.path("miner_id").asText()).isEqualTo("m-1");
        assertThat(gpu.path("state").asText()).isEqualTo("HEALTHY");
        assertThat(gpu.path("latest").path("temperature_celsius").asDouble()).isEqualTo(50);
        assertThat(gpu.path("latest").path("throttle_reasons").get(0).asText()).isEqualTo("sw_power_cap");
        assertThat(gpu.path("latest").has("utilization_percent")).isFalse();
        assertThat(get("/v1/gpus?model=a100&miner=m-1", VIEWER).expect(200)).hasSize(1);
        assertThat(get("/v1/gpus?state=QUARANTINED", VIEWER).expect(200)).isEmpty();
        assertThat(get("/v1/gpus/" + GPU + "1/samples", VIEWER).expect(200)).hasSize(1);
        get("/v1/gpus/nobody", VIEWER).expect(404);
    }

    @Test
    void heatThrottlesAndCoolingHeals() {
        String key = miner("m-1", 1);
        keeps(key, GPU + 1, HOT, 40);
        assertThat(firing()).containsExactlyInAnyOrder("THERMAL_CRITICAL");
        assertThat(state(GPU + 1)).isEqualTo("THROTTLED");
        JsonNode command = says(key, GPU + 1, HOT).path("commands").get(0);
        assertThat(command.path("type").asText()).isEqualTo("throttle");
        assertThat(command.path("gpu_uuid").asText()).isEqualTo(GPU + 1);
        assertThat(command.path("power_limit_watts").asInt())
                .as("70 % of 400 W")
                .isEqualTo(280);
        assertThat(command.path("reason").asText()).isEqualTo("THERMAL_CRITICAL (90)");
        clock.advance(Duration.ofSeconds(10));
        tells(key, "[" + gpu(GPU + 1, HOT) + "]", done(command));
        keeps(key, GPU + 1, COOL, 70);
        assertThat(firing()).isEmpty();
        assertThat(state(GPU + 1)).isEqualTo("HEALTHY");
        assertThat(says(key, GPU + 1, COOL).path("commands").get(0).path("type").asText())
                .isEqualTo("unthrottle");
        assertThat(steps(GPU + 1)).containsExactly("HEALTHY→THROTTLED", "THROTTLED→DEGRADED", "DEGRADED→HEALTHY");
    }

    @Test
    void anAlertThatGoesOnGetsWorseAndTheGpuIsCriticalNow() {
        String key = miner("m-1", 1);
        keeps(key, GPU + 1, HOT, 40);
        JsonNode before = get("/v1/alerts?state=FIRING", VIEWER).expect(200).path(0);
        assertThat(before.path("worst").asDouble()).isEqualTo(90);

        keeps(key, GPU + 1, "\"temperature_celsius\":94", 6);

        JsonNode after = get("/v1/alerts?state=FIRING", VIEWER).expect(200).path(0);
        assertThat(after.path("alert_id")).isEqualTo(before.path("alert_id"));
        assertThat(after.path("worst").asDouble()).isEqualTo(94);
        assertThat(after.path("last_at").asText())
                .isGreaterThan(before.path("last_at").asText());
        assertThat(gpu(GPU + 1).path("critical_at").asText()).isNotEmpty();
    }

    @Test
    void aThrottleThatIsIgnoredIsEscalated() {
        String key = miner("m-1", 1);
        keeps(key, GPU + 1, HOT, 40);
        keeps(key, GPU + 1, HOT, 200);
        assertThat(state(GPU + 1)).isEqualTo("DRAINING");
        assertThat(gpu(GPU + 1).path("state_cause").asText()).isEqualTo("the miner did not throttle it");
    }

    @Test
    void aThrottleThatTheMinerCannotDoIsEscalatedAtOnce() {
        String key = miner("m-1", 1);
        keeps(key, GPU + 1, HOT, 40);
        JsonNode command = says(key, GPU + 1, HOT).path("commands").get(0);
        clock.advance(Duration.ofSeconds(5));
        tells(
                key,
                "[]",
                "[{\"command_id\":\"" + command.path("command_id").asText()
                        + "\",\"outcome\":\"failed\",\"detail\":\"Insufficient Permissions\"}]");
        schedule.sweep();
        assertThat(state(GPU + 1)).isEqualTo("DRAINING");
    }

    @Test
    void aQuarantinedGpuIsNeverOfferedUntilItIsReleased() {
        String key = miner("m-1", 1);
        keeps(key, GPU + 1, "\"ecc_uncorrected_total\":0", 20);
        assertThat(candidates()).contains("m-1");
        keeps(key, GPU + 1, "\"ecc_uncorrected_total\":1", 0);
        assertThat(state(GPU + 1)).isEqualTo("QUARANTINED");
        assertThat(candidates()).doesNotContain("m-1");
        assertThat(match().path("rejected").path("no_healthy_gpu").asInt()).isEqualTo(1);
        post("/v1/gpus/" + GPU + "1/release", VIEWER, "{\"reason\":\"looks fine\"}")
                .expect(403);
        post("/v1/gpus/" + GPU + "1/release", OPERATOR, "{}").expect(422);
        post("/v1/gpus/" + GPU + "1/release", OPERATOR, "{\"reason\":\"memory was tested\"}")
                .expect(200);
        assertThat(candidates()).contains("m-1");
        keeps(key, GPU + 1, "\"ecc_uncorrected_total\":1", 60);
        assertThat(state(GPU + 1)).as("the old alert asks for nothing any more").isEqualTo("HEALTHY");
        keeps(key, GPU + 1, "\"ecc_uncorrected_total\":2", 0);
        // Still the same episode, which a person has overridden.
        assertThat(state(GPU + 1)).isEqualTo("HEALTHY");
    }

    @Test
    void whoIsQuietAfterAQuarantineIsValidatedAndProves() {
        String key = miner("m-1", 2);
        keeps(key, GPU + 1, "\"ecc_uncorrected_total\":0", 20);
        keeps(key, GPU + 1, "\"ecc_uncorrected_total\":3", 0);
        assertThat(state(GPU + 1)).isEqualTo("QUARANTINED");
        keeps(key, GPU + 1, "\"ecc_uncorrected_total\":3", 310);
        assertThat(state(GPU + 1)).isEqualTo("VALIDATING");
        for (int minute = 0; minute <= 31; minute++) {
            keeps(key, GPU + 1, "\"ecc_uncorrected_total\":3", 0);
            clock.advance(Duration.ofSeconds(50));
        }
        schedule.sweep();
        assertThat(state(GPU + 1)).isEqualTo("PROBATION");
        assertThat(steps(GPU + 1))
                .containsExactly("HEALTHY→QUARANTINED", "QUARANTINED→VALIDATING", "VALIDATING→PROBATION");
    }

    @Test
    void anOperatorsQuarantineStaysUntilAnOperatorReleases() {
        String key = miner("m-1", 1);
        keeps(key, GPU + 1, COOL, 10);
        post("/v1/gpus/" + GPU + "1/quarantine", OPERATOR, "{\"reason\":\"smells of smoke\"}")
                .expect(200);
        post("/v1/gpus/" + GPU + "1/quarantine", OPERATOR, "{\"reason\":\"twice\"}")
                .expect(200);
        clock.advance(Duration.ofHours(9));
        keeps(key, GPU + 1, COOL, 60);
        assertThat(state(GPU + 1)).isEqualTo("QUARANTINED");
        assertThat(gpu(GPU + 1).path("state_cause").asText()).isEqualTo("smells of smoke");
        assertThat(jdbc.sql("SELECT count(*) FROM audit_log WHERE action = 'gpu.quarantine' AND subject = ?")
                        .param(GPU + 1)
                        .query(Integer.class)
                        .single())
                .isPositive();
    }

    @Test
    void aBadRuleCannotEmptyTheFleet() {
        String key = miner("m-1", 20);
        List<String> calm = new ArrayList<>();
        List<String> bad = new ArrayList<>();
        for (int gpu = 10; gpu < 30; gpu++) {
            calm.add(gpu(GPU + gpu, "\"row_remap_failure\":0"));
            bad.add(gpu(GPU + gpu, "\"row_remap_failure\":1"));
        }
        tells(key, calm.toString(), "[]");
        schedule.sweep();
        clock.advance(Duration.ofSeconds(10));
        tells(key, bad.toString(), "[]");
        schedule.sweep();
        assertThat(get("/v1/gpus?state=QUARANTINED", VIEWER).expect(200)).hasSize(2);
        assertThat(get("/v1/gpus?state=DEGRADED", VIEWER).expect(200)).hasSize(18);
        JsonNode breaker = get("/v1/gpus/breaker", VIEWER).expect(200);
        assertThat(breaker.path("tripped").asBoolean()).isTrue();
        breakerMeters.look();
        assertThat(meters.get("poolhub.gpu.breaker.held")
                        .tag("group", "pool")
                        .gauge()
                        .value())
                .isEqualTo(18);
        restart();
        clock.advance(Duration.ofSeconds(10));
        tells(key, bad.toString(), "[]");
        schedule.sweep();
        assertThat(get("/v1/gpus?state=QUARANTINED", VIEWER).expect(200))
                .as("a restart does not begin to count again")
                .hasSize(2);
        post("/v1/gpus/breaker/reset", OPERATOR, "").expect(200);
        breakerMeters.look();
        assertThat(meters.find("poolhub.gpu.breaker.held").gauges())
                .as("nothing is held up any more")
                .isEmpty();
        schedule.sweep();
        assertThat(get("/v1/gpus?state=QUARANTINED", VIEWER).expect(200)).hasSize(4);
    }

    @Test
    void aStrangerCannotSpeakForAGpu() {
        String owner = miner("m-owner", 1);
        String thief = miner("m-thief", 1);
        keeps(owner, GPU + 1, "\"row_remap_failure\":0", 20);
        keeps(thief, GPU + 1, "\"row_remap_failure\":1", 20);
        assertThat(state(GPU + 1)).isEqualTo("HEALTHY");
        assertThat(gpu(GPU + 1).path("miner_id").asText()).isEqualTo("m-owner");
        clock.advance(Duration.ofMinutes(11));
        keeps(thief, GPU + 1, COOL, 0);
        assertThat(gpu(GPU + 1).path("miner_id").asText())
                .as("a GPU moves when its old miner is silent")
                .isEqualTo("m-thief");
    }

    @Test
    void whatIsToBeExpectedIsSaidInWords() {
        String key = miner("m-1", 1);
        for (int i = 0; i < 90; i++) {
            says(key, GPU + 1, "\"temperature_celsius\":" + (60 + i / 6));
            clock.advance(Duration.ofSeconds(20));
        }
        schedule.sweep();
        JsonNode health = get("/v1/gpus/" + GPU + "1/health", VIEWER).expect(200);
        assertThat(health.path("risk").asDouble()).isGreaterThan(0.5);
        assertThat(health.path("recommendation").asText()).contains("reaches 85 °C in about");
        assertThat(health.path("trends").get(0).path("status").asText()).isEqualTo("RISING");
    }

    private static String done(JsonNode command) {
        return "[{\"command_id\":\"" + command.path("command_id").asText() + "\",\"outcome\":\"done\"}]";
    }

    private JsonNode match() {
        return post("/v1/match", OPERATOR, "{\"job_id\":\"j\",\"requirements\":{},\"top_k\":50}")
                .expect(200);
    }

    private List<String> candidates() {
        List<String> miners = new ArrayList<>();
        match().path("candidates")
                .forEach(candidate -> miners.add(candidate.path("miner_id").asText()));
        return miners;
    }

    private List<String> steps(String uuid) {
        List<String> steps = new ArrayList<>();
        get("/v1/gpus/" + uuid + "/transitions", VIEWER)
                .expect(200)
                .forEach(step -> steps.add(
                        0,
                        step.path("from_state").asText() + "→"
                                + step.path("to_state").asText()));
        return steps;
    }
}
