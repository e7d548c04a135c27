package io.aitbc.gpu.scheduling;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** GPUs that are kept for a job until it can start: free ones, and ones that others still use. */
final class Kept {

    private final Fleet fleet;
    private final Map<String, List<Slot>> byJob = new HashMap<>();

    Kept(Fleet fleet) {
        this.fleet = fleet;
    }

    List<Slot> of(String jobId) {
        return byJob.getOrDefault(jobId, List.of());
    }

    boolean has(String jobId) {
        return byJob.containsKey(jobId);
    }

    int jobs() {
        return byJob.size();
    }

    void keep(String jobId, List<Slot> slots) {
        release(jobId);
        byJob.put(jobId, new ArrayList<>(slots));
        for (Slot slot : slots) {
            slot.keptFor = jobId;
            fleet.touched(slot.node);
        }
    }

    void release(String jobId) {
        List<Slot> slots = byJob.remove(jobId);
        if (slots == null) {
            return;
        }
        for (Slot slot : slots) {
            if (jobId.equals(slot.keptFor)) {
                slot.keptFor = null;
                fleet.touched(slot.node);
            }
        }
    }
}
