package io.aitbc.poolhub.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.poolhub.job.Passes;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** Jobs on GPUs that get into trouble: monitor, remediation, scheduler and queue together. */
class SickGpuTest extends GpuHub {

    private static final String WELL = "\"temperature_celsius\":50,\"power_watts\":200,\"memory_total_mb\":81920";
    private static final String OVERLOADED = "\"temperature_celsius\":70,\"power_watts\":460,\"memory_total_mb\":81920";
    private static final String BROKEN = WELL + ",\"ecc_uncorrected_total\":1";

    @Autowired
    private ApplicationContext hub;

    @Test
    void aJobLeavesAGpuThatDrawsTooMuchAndGoesOnElsewhere() {
        String key = miner("m-1", 2);
        keeps(key, GPU + 1, WELL, 10);
        submit("j-1", "true");
        Passes.make(hub);
        assertThat(gpuOf("j-1")).isEqualTo(GPU + 1);
        event(key, "j-1", "started");
        keeps(key, GPU + 1, OVERLOADED, 30);
        assertThat(state(GPU + 1)).isEqualTo("DRAINING");
        JsonNode told = says(key, GPU + 1, OVERLOADED).path("commands");
        assertThat(told.findValuesAsText("type")).containsExactly("stop_job");
        assertThat(told.get(0).path("reason").asText()).isEqualTo("GPU " + GPU + "1: POWER_CRITICAL (460)");
        clock.advance(Duration.ofSeconds(2));
        event(key, "j-1", "stopped");
        assertThat(job("j-1").path("state").asText()).isEqualTo("QUEUED");
        Passes.make(hub);
        assertThat(job("j-1").path("state").asText())
                .as("not back to the same GPU")
                .isEqualTo("QUEUED");
        tells(key, "[" + gpu(GPU + 1, OVERLOADED) + "," + gpu(GPU + 2, WELL) + "]", "[]");
        schedule.sweep();
        Passes.make(hub);
        assertThat(gpuOf("j-1")).isEqualTo(GPU + 2);
    }

    @Test
    void aQuarantinedGpuGetsNothingUntilItIsReleased() {
        String key = miner("m-1", 1);
        says(key, GPU + 1, WELL + ",\"ecc_uncorrected_total\":0");
        schedule.sweep();
        clock.advance(Duration.ofSeconds(10));
        says(key, GPU + 1, BROKEN);
        schedule.sweep();
        assertThat(state(GPU + 1)).isEqualTo("QUARANTINED");
        submit("j-1", "false");
        Passes.make(hub);
        assertThat(job("j-1").path("state").asText()).isEqualTo("QUEUED");
        post("/v1/gpus/" + GPU + "1/release", OPERATOR, "{\"reason\":\"board replaced\"}")
                .expect(200);
        Passes.make(hub);
        assertThat(job("j-1").path("state").asText()).isEqualTo("ASSIGNED");
    }

    @Test
    void aJobThatFailsOnAQuarantinedGpuDoesNotMakeItAvailableAgain() {
        String key = miner("m-1", 1);
        says(key, GPU + 1, WELL + ",\"ecc_uncorrected_total\":0");
        schedule.sweep();
        submit("j-1", "false");
        Passes.make(hub);
        event(key, "j-1", "started");
        clock.advance(Duration.ofSeconds(10));
        says(key, GPU + 1, BROKEN);
        schedule.sweep();
        event(key, "j-1", "failed");
        submit("j-2", "false");
        Passes.make(hub);
        assertThat(state(GPU + 1)).isEqualTo("QUARANTINED");
        assertThat(job("j-2").path("state").asText()).isEqualTo("QUEUED");
    }

    @Test
    void aGpuWithoutAJobIsDrainedAtOnceAndOneWithAJobIsNot() {
        String key = miner("m-1", 2);
        tells(key, "[" + gpu(GPU + 1, WELL) + "," + gpu(GPU + 2, WELL) + "]", "[]");
        schedule.sweep();
        submit("j-1", "true");
        Passes.make(hub);
        event(key, "j-1", "started");
        for (int i = 0; i < 5; i++) {
            clock.advance(Duration.ofSeconds(10));
            tells(key, "[" + gpu(GPU + 1, OVERLOADED) + "," + gpu(GPU + 2, OVERLOADED) + "]", "[]");
            schedule.sweep();
        }
        for (int i = 0; i < 4; i++) {
            clock.advance(Duration.ofSeconds(10));
            tells(key, "[" + gpu(GPU + 1, WELL) + "," + gpu(GPU + 2, WELL) + "]", "[]");
            schedule.sweep();
        }
        assertThat(state(GPU + 1)).as("the job has not stopped").isEqualTo("DRAINING");
        assertThat(state(GPU + 2)).isEqualTo("HEALTHY");
    }

    @Test
    void aGpuThatGotItsNameWhileItsJobRanIsNotGivenTwiceAndOneThatIsGoneHoldsNobodyUp() {
        String key = miner("m-1", 1);
        submit("j-1", "false");
        tells(key, "[]", "[]");
        Passes.make(hub);
        event(key, "j-1", "started");
        tells(key, "[" + gpu(GPU + 1, WELL) + "]", "[]");
        schedule.sweep();
        submit("j-2", "false");
        Passes.make(hub);
        assertThat(job("j-2").path("state").asText()).as("it is the same GPU").isEqualTo("QUEUED");
        event(key, "j-1", "completed");
        Passes.make(hub);
        assertThat(gpuOf("j-2")).isEqualTo(GPU + 1);
        event(key, "j-2", "started");
        jdbc.sql("DELETE FROM gpus").update();
        submit("j-3", "false");
        Passes.make(hub);
        assertThat(job("j-3").path("state").asText()).isEqualTo("QUEUED");
    }

    private void submit(String jobId, String preemptible) {
        post(
                        "/v1/jobs",
                        OPERATOR,
                        "{\"job_id\":\"" + jobId + "\",\"tenant_id\":\"t\",\"max_duration_s\":3600,\"preemptible\":"
                                + preemptible + "}")
                .expect(201);
    }

    private JsonNode job(String jobId) {
        return get("/v1/jobs/" + jobId, VIEWER).expect(200);
    }

    private String gpuOf(String jobId) {
        JsonNode attempts = job(jobId).path("attempts");
        return attempts.get(attempts.size() - 1).path("gpu_uuids").get(0).asText();
    }

    private void event(String key, String jobId, String type) {
        post("/v1/jobs/" + jobId + "/events", key, "{\"type\":\"" + type + "\",\"at\":\"" + clock.instant() + "\"}")
                .expect(200);
    }
}
