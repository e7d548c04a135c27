package io.aitbc.agent.gpu;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** Something that the hub tells this miner to do. */
public record Order(
        String commandId,
        String type,
        @Nullable String gpuUuid,
        @Nullable String jobId,
        @Nullable Integer attempt,
        @Nullable Integer powerLimitWatts) {

    static Order of(JsonNode said) {
        JsonNode watts = said.get("power_limit_watts");
        return new Order(
                said.path("command_id").asText(""),
                said.path("type").asText(""),
                said.hasNonNull("gpu_uuid") ? said.get("gpu_uuid").asText() : null,
                said.hasNonNull("job_id") ? said.get("job_id").asText() : null,
                said.hasNonNull("attempt") ? said.get("attempt").asInt() : null,
                watts != null && watts.canConvertToInt() ? watts.asInt() : null);
    }

    /**
     * What came of it.
     *
     * @param outcome {@code done}, {@code failed} or {@code refused}
     */
    public record Result(String outcome, @Nullable String detail) {

        public static Result done() {
            return new Result("done", null);
        }

        public static Result failed(String why) {
            return new Result("failed", why);
        }

        public static Result refused(String why) {
            return new Result("refused", why);
        }
    }
}
