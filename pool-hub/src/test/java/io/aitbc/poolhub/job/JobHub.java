package io.aitbc.poolhub.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.poolhub.RunningHub;
import io.aitbc.poolhub.telemetry.CommandBook;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;

/** A hub whose passes over the queue the test makes, and whose miners the test plays. */
abstract class JobHub extends RunningHub {

    @Autowired
    DispatchSchedule dispatch;

    @Autowired
    Assignments assignments;

    @Autowired
    CommandBook commands;

    @Autowired
    Orders orders;

    @Autowired
    Accrual accrual;

    /** A miner with some GPUs that has just beaten. */
    String miner(String minerId, int gpus) {
        return miner(minerId, gpus, "");
    }

    String miner(String minerId, int gpus, String more) {
        String key = register(
                minerId,
                "{\"gpu_name\":\"NVIDIA A100\",\"gpu_vram_gb\":80,\"gpu_count\":" + gpus + ",\"max_parallel\":" + gpus
                        + more + "}");
        beat(key).expect(200);
        return key;
    }

    JsonNode submit(String jobId) {
        return submit(jobId, "");
    }

    /** Submits a job of an hour; {@code more} is further JSON members. */
    JsonNode submit(String jobId, String more) {
        return post("/v1/jobs", OPERATOR, job(jobId, more)).expect(201);
    }

    static String job(String jobId, String more) {
        return "{\"job_id\":\"" + jobId + "\",\"tenant_id\":\"t-1\",\"max_duration_s\":3600" + more + "}";
    }

    JsonNode job(String jobId) {
        return get("/v1/jobs/" + jobId, VIEWER).expect(200);
    }

    String state(String jobId) {
        return job(jobId).path("state").asText();
    }

    Dispatch.Passed pass() {
        return dispatch.pass();
    }

    /** What the miner's next heartbeat brings. */
    JsonNode given(String key) {
        assignments.refresh();
        return beat(key).expect(200).path("assignments");
    }

    /** The jobs that the miner's next heartbeat tells it to stop. */
    List<String> told(String key) {
        commands.refresh();
        JsonNode told = beat(key).expect(200).path("commands");
        return told.findValuesAsText("job_id");
    }

    Answer says(String key, String jobId, String type) {
        return says(key, jobId, type, clock.instant(), "");
    }

    Answer says(String key, String jobId, String type, Instant at, String more) {
        return post(
                "/v1/jobs/" + jobId + "/events", key, "{\"type\":\"" + type + "\",\"at\":\"" + at + "\"" + more + "}");
    }

    /** What was written for a job of a resource, in all. */
    BigDecimal used(String jobId, String resource) {
        @Nullable
        BigDecimal sum = jdbc.sql(
                        "SELECT sum(quantity) FROM usage_events WHERE job_id = :job AND resource_type = :resource")
                .param("job", jobId)
                .param("resource", resource)
                .query(BigDecimal.class)
                .optional()
                .orElse(null);
        return sum == null ? BigDecimal.ZERO : sum;
    }
}
