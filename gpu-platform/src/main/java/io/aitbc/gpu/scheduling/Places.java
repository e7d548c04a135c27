package io.aitbc.gpu.scheduling;

import io.aitbc.gpu.device.GpuState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Looks for the best place of a job: which GPUs it may have, and what each choice costs. */
final class Places {

    /** So many places that would do are compared; more would not be better by enough to be worth it. */
    private static final int ENOUGH = 32;

    /** A job that failed on a machine goes back there only when there is no other. */
    private static final double FAILED_HERE = 100;

    private static final double RISK_WINDOW_MINUTES = 30;
    private static final double FARTHEST_MINUTES = 240;
    private static final Comparator<Slot> SOUNDEST = Comparator.<Slot>comparingDouble(slot -> slot.gpu.risk())
            .thenComparingLong(slot -> slot.gpu.memoryMib())
            .thenComparing(slot -> slot.gpu.uuid());

    /** GPUs that would do, and their cost. */
    record Place(List<Slot> slots, boolean local, double cost) {}

    private final Fleet fleet;
    private final Policy policy;
    private final BlackHoles blackHoles;

    Places(Fleet fleet, Policy policy, BlackHoles blackHoles) {
        this.fleet = fleet;
        this.policy = policy;
        this.blackHoles = blackHoles;
    }

    /** Whether a job may have a GPU, were it free: its health, and what the job needs. */
    boolean suits(JobRequest job, GpuSlot gpu) {
        if (!gpu.takesWork() || gpu.risk() >= policy.riskLimit() || !matches(job, gpu)) {
            return false;
        }
        if (gpu.state() == GpuState.PROBATION && !policy.mayUseProbation(job)) {
            return false;
        }
        return gpu.risk() < policy.suspectRisk() || !policy.isLongGang(job);
    }

    private static boolean matches(JobRequest job, GpuSlot gpu) {
        return gpu.memoryMib() >= job.memoryMib()
                && (job.model() == null || (gpu.model() != null && gpu.model().contains(job.model())));
    }

    /** Whether a job may go to a machine. */
    boolean welcomes(Node node, JobRequest job, Instant now) {
        return node.labels.containsAll(job.labels()) && (blackHoles.isEmpty() || !blackHoles.isOne(node.id, now));
    }

    /** The best place that is free; null when there is none. */
    @Nullable
    Place find(JobRequest job, Collection<Slot> kept, Instant now) {
        Place best = null;
        int seen = 0;
        for (Node node : nodesOf(kept)) {
            Place place = welcomes(node, job, now) ? within(node, job) : null;
            best = better(best, place);
        }
        for (Fleet.Kind kind : kindsFor(job)) {
            List<Set<Node>> byOpen = kind.byOpen;
            for (int i = job.gpus(); i < byOpen.size() && seen < ENOUGH; i++) {
                int open = policy.spread() ? byOpen.size() - 1 - (i - job.gpus()) : i;
                for (Node node : byOpen.get(open)) {
                    if (seen >= ENOUGH) {
                        break;
                    }
                    Place place = welcomes(node, job, now) ? within(node, job) : null;
                    if (place != null) {
                        seen++;
                        best = better(best, place);
                    }
                }
            }
        }
        return best == null && job.acrossNodes() && job.gpus() > 1 ? across(job, now) : best;
    }

    private static @Nullable Place better(@Nullable Place best, @Nullable Place place) {
        return place != null && (best == null || place.cost() < best.cost()) ? place : best;
    }

    private static Collection<Node> nodesOf(Collection<Slot> slots) {
        return slots.stream().map(slot -> slot.node).distinct().toList();
    }

    /** Kinds of machines that can be meant, those that waste least memory first. */
    List<Fleet.Kind> kindsFor(JobRequest job) {
        Map<Long, List<Fleet.Kind>> sorted = new TreeMap<>();
        for (Fleet.Kind kind : fleet.kinds()) {
            long least = Long.MAX_VALUE;
            for (GpuSlot example : kind.examples) {
                if (matches(job, example)) {
                    least = Math.min(least, example.memoryMib());
                }
            }
            if (least < Long.MAX_VALUE) {
                sorted.computeIfAbsent(least, memory -> new ArrayList<>()).add(kind);
            }
        }
        List<Fleet.Kind> all = new ArrayList<>();
        sorted.values().forEach(all::addAll);
        return all;
    }

    /** The best choice within a machine. */
    private @Nullable Place within(Node node, JobRequest job) {
        List<Slot> open = openTo(node, job);
        if (open.size() < job.gpus()) {
            return null;
        }
        List<List<Slot>> groups = groups(open);
        List<Slot> chosen = new ArrayList<>(job.gpus());
        int used = 0;
        for (List<Slot> group : inOrder(groups, job.gpus())) {
            if (chosen.size() == job.gpus()) {
                break;
            }
            group.sort(SOUNDEST);
            chosen.addAll(group.subList(0, Math.min(group.size(), job.gpus() - chosen.size())));
            used++;
        }
        return new Place(chosen, used == 1, cost(job, chosen, used));
    }

    private List<Slot> openTo(Node node, JobRequest job) {
        List<Slot> open = new ArrayList<>(node.slots.size());
        for (Slot slot : node.slots) {
            if (slot.isOpenTo(job.id()) && suits(job, slot.gpu)) {
                open.add(slot);
            }
        }
        return open;
    }

    private static List<List<Slot>> groups(List<Slot> slots) {
        Map<Long, List<Slot>> groups = new TreeMap<>();
        for (Slot slot : slots) {
            long key = ((long) slot.gpu.numa() << 32) ^ (slot.gpu.island() & 0xffffffffL);
            groups.computeIfAbsent(key, k -> new ArrayList<>()).add(slot);
        }
        return new ArrayList<>(groups.values());
    }

    /** The smallest group that is large enough first, so that large ones stay whole; else the largest first. */
    private static List<List<Slot>> inOrder(List<List<Slot>> groups, int wanted) {
        groups.sort(Comparator.comparingInt(group -> group.size() >= wanted ? group.size() : 100_000 - group.size()));
        return groups;
    }

    private double cost(JobRequest job, List<Slot> chosen, int groups) {
        double waste = 0;
        double survives = 1;
        for (Slot slot : chosen) {
            long memory = slot.gpu.memoryMib();
            waste += memory == 0 ? 0 : (double) (memory - job.memoryMib()) / memory;
            survives *= 1 - slot.gpu.risk();
        }
        Node node = chosen.get(0).node;
        double left = (double) Math.max(0, node.open - chosen.size()) / node.slots.size();
        double windows = Math.min(FARTHEST_MINUTES, job.expected().toMinutes()) / RISK_WINDOW_MINUTES;
        Policy.Weights weights = policy.weights();
        double again = !blackHoles.isEmpty() && blackHoles.avoids(job.id(), node.id) ? FAILED_HERE : 0;
        return again
                + weights.fit() * waste / chosen.size()
                + weights.topology() * (groups - 1) / Math.max(1, chosen.size() - 1)
                + weights.packing() * (policy.spread() ? 1 - left : left)
                + weights.risk() * (1 - Math.pow(survives, windows));
    }

    /** All or nothing over several machines, as few as may be. */
    private @Nullable Place across(JobRequest job, Instant now) {
        List<List<Slot>> byNode = new ArrayList<>();
        for (Node node : fleet.nodes()) {
            List<Slot> open = welcomes(node, job, now) ? openTo(node, job) : List.of();
            if (!open.isEmpty()) {
                byNode.add(open);
            }
        }
        byNode.sort(Comparator.<List<Slot>>comparingInt(List::size).reversed());
        List<Slot> chosen = new ArrayList<>(job.gpus());
        int used = 0;
        for (List<Slot> open : byNode) {
            if (chosen.size() == job.gpus()) {
                break;
            }
            open.sort(SOUNDEST);
            chosen.addAll(open.subList(0, Math.min(open.size(), job.gpus() - chosen.size())));
            used++;
        }
        return chosen.size() < job.gpus() ? null : new Place(chosen, false, cost(job, chosen, used));
    }
}
