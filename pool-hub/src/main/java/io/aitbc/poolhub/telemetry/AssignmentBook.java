package io.aitbc.poolhub.telemetry;

import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Work that miners have been given and have not taken yet. Heartbeats read it from memory; who gives work keeps it. */
@Component
public class AssignmentBook {

    private volatile Map<String, List<Map<String, Object>>> open = Map.of();

    /** What a miner is to do, as it goes into the reply. */
    public List<Map<String, Object>> pending(String minerId) {
        return open.getOrDefault(minerId, List.of());
    }

    /** All that is open now, by miner. */
    public void replace(Map<String, List<Map<String, Object>>> now) {
        open = Map.copyOf(now);
    }
}
