package io.aitbc.poolhub.gpu;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.poolhub.RunningHub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.annotation.Autowired;

/** A hub whose miners have GPUs that tell what the test says, and whose sweeps the test makes. */
abstract class GpuHub extends RunningHub {

    static final String GPU = "GPU-00000000-0000-0000-0000-00000000000";

    @Autowired
    SweepSchedule schedule;

    @Autowired
    HealthSweep sweep;

    /** Registers a miner with some GPUs. */
    String miner(String minerId, int gpus) {
        return register(
                minerId, "{\"gpu_name\":\"NVIDIA A100\",\"gpu_count\":" + gpus + ",\"max_parallel\":" + gpus + "}");
    }

    /** A heartbeat with one GPU that says this. */
    JsonNode says(String key, String uuid, String said) {
        return tells(key, "[" + gpu(uuid, said) + "]", "[]");
    }

    static String gpu(String uuid, String said) {
        return "{\"uuid\":\"" + uuid + "\",\"model\":\"NVIDIA A100-SXM4-80GB\",\"driver\":\"595.80\"," + said + "}";
    }

    JsonNode tells(String key, String gpus, String results) {
        return post(
                        "/v1/miners/heartbeat",
                        key,
                        "{\"status\":\"ready\",\"current_jobs\":0,\"gpus\":" + gpus + ",\"command_results\":" + results
                                + "}")
                .expect(200);
    }

    /** The same said every ten seconds, each time followed by a sweep. */
    void keeps(String key, String uuid, String said, int seconds) {
        for (int passed = 0; passed <= seconds; passed += 10) {
            says(key, uuid, said);
            schedule.sweep();
            clock.advance(Duration.ofSeconds(10));
        }
    }

    JsonNode gpu(String uuid) {
        return get("/v1/gpus/" + uuid, VIEWER).expect(200);
    }

    String state(String uuid) {
        return gpu(uuid).path("state").asText();
    }

    List<String> firing() {
        List<String> rules = new ArrayList<>();
        get("/v1/alerts?state=FIRING", VIEWER)
                .expect(200)
                .forEach(alert -> rules.add(alert.path("rule").asText()));
        return rules;
    }

    /** As after a restart, or when another replica swept last. */
    void restart() {
        sweep.forget();
    }
}
