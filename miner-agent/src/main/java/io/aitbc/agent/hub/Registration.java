package io.aitbc.agent.hub;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a miner introduces itself; the words are the hub's. */
public record Registration(
        String minerId,
        String apiKey,
        String addr,
        String proto,
        @Nullable String gpuName,
        @Nullable BigDecimal gpuVramGb,
        int gpuCount,
        int cpuCores,
        BigDecimal ramGb,
        int maxParallel,
        BigDecimal basePrice,
        Map<String, String> tags,
        List<String> capabilities,
        @Nullable String region) {

    /** Without the key: a record's own text would carry it into a log. */
    @Override
    public String toString() {
        return "Registration[" + minerId + " at " + addr + "]";
    }
}
