package io.aitbc.benchmarks.scheduling;

import io.aitbc.benchmarks.scheduling.Day.Job;
import io.aitbc.gpu.scheduling.GpuSlot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** First come, first served, on the first GPUs that fit; who does not fit holds up all behind. */
final class Fifo implements Dispatcher {

    private final Map<String, List<GpuSlot>> nodes = new LinkedHashMap<>();
    private final Map<String, String> userOf = new HashMap<>();
    private final Map<String, List<String>> running = new HashMap<>();
    private final Deque<Job> queue = new ArrayDeque<>();

    Fifo(List<GpuSlot> gpus) {
        gpus.forEach(gpu ->
                nodes.computeIfAbsent(gpu.node(), id -> new ArrayList<>()).add(gpu));
    }

    @Override
    public void submit(Job job, int now) {
        queue.addLast(job);
    }

    @Override
    public Orders next(int now) {
        List<Start> starts = new ArrayList<>();
        while (!queue.isEmpty()) {
            Job job = queue.getFirst();
            List<String> gpus = firstFit(job);
            if (gpus.isEmpty()) {
                break;
            }
            queue.removeFirst();
            gpus.forEach(gpu -> userOf.put(gpu, job.request().id()));
            running.put(job.request().id(), gpus);
            starts.add(new Start(job.request().id(), gpus));
        }
        return new Orders(starts, List.of());
    }

    private List<String> firstFit(Job job) {
        for (List<GpuSlot> node : nodes.values()) {
            List<String> free = new ArrayList<>();
            for (GpuSlot gpu : node) {
                if (!userOf.containsKey(gpu.uuid())
                        && gpu.memoryMib() >= job.request().memoryMib()) {
                    free.add(gpu.uuid());
                }
                if (free.size() == job.request().gpus()) {
                    return free;
                }
            }
        }
        return List.of();
    }

    @Override
    public void stopped(String jobId, int now, int done) {
        free(jobId);
    }

    @Override
    public void completed(String jobId, int now) {
        free(jobId);
    }

    @Override
    public void died(Job job, int now, int done) {
        free(job.request().id());
        queue.addLast(job);
    }

    private void free(String jobId) {
        List<String> gpus = running.remove(jobId);
        if (gpus != null) {
            gpus.forEach(userOf::remove);
        }
    }

    @Override
    public List<String> health(GpuSlot gpu) {
        return List.of();
    }
}
