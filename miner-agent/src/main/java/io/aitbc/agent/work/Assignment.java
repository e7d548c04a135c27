package io.aitbc.agent.work;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job that this miner is to run.
 *
 * @param maxDurationS after which it is stopped and has failed
 * @param progressS how much of it an earlier attempt saved, in seconds of running
 * @param spec what to run: {@code command}, {@code env}, {@code image}
 */
public record Assignment(
        String jobId,
        int attempt,
        List<String> gpuUuids,
        int maxDurationS,
        double progressS,
        JsonNode spec,
        @Nullable String traceparent) {

    static Assignment of(JsonNode said) {
        List<String> gpus = new ArrayList<>();
        said.path("gpu_uuids").forEach(uuid -> gpus.add(uuid.asText()));
        return new Assignment(
                said.path("job_id").asText(""),
                said.path("attempt").asInt(1),
                gpus,
                said.path("max_duration_s").asInt(86_400),
                said.path("progress_s").asDouble(0),
                said.has("spec") ? said.get("spec") : JsonNodeFactory.instance.objectNode(),
                said.hasNonNull("traceparent") ? said.get("traceparent").asText() : null);
    }

    /** Names this attempt. */
    String key() {
        return jobId + "#" + attempt;
    }
}
