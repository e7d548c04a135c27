package io.aitbc.gpu.scheduling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The jobs that wait, in their order. */
final class Waiting {

    private record Entry(long rank, Queued queued) {}

    private final Policy policy;
    private final Map<String, Entry> byId = new HashMap<>();
    private final TreeSet<Entry> order = new TreeSet<>(Comparator.comparingLong(Entry::rank)
            .thenComparing(entry -> entry.queued().job().id()));

    Waiting(Policy policy) {
        this.policy = policy;
    }

    void add(Queued queued) {
        Entry entry = new Entry(queued.rank(policy), queued);
        byId.put(queued.job().id(), entry);
        order.add(entry);
    }

    @Nullable
    Queued remove(String jobId) {
        Entry entry = byId.remove(jobId);
        if (entry == null) {
            return null;
        }
        order.remove(entry);
        return entry.queued();
    }

    @Nullable
    Queued find(String jobId) {
        Entry entry = byId.get(jobId);
        return entry == null ? null : entry.queued();
    }

    List<Queued> inOrder() {
        List<Queued> all = new ArrayList<>(order.size());
        order.forEach(entry -> all.add(entry.queued()));
        return all;
    }

    int size() {
        return byId.size();
    }
}
