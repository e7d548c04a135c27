package io.aitbc.gpu.scheduling;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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

    Map<String, List<String>> all() {
        Map<String, List<String>> all = new TreeMap<>();
        byJob.forEach((job, slots) ->
                all.put(job, slots.stream().map(slot -> slot.gpu.uuid()).toList()));
        return all;
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

    void restore(String jobId, Collection<String> gpuUuids) {
        List<Slot> slots = new ArrayList<>();
        for (String uuid : gpuUuids) {
            Slot slot = fleet.slot(uuid);
            if (slot != null && slot.keptFor == null) {
                slots.add(slot);
            }
        }
        keep(jobId, slots);
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
