package io.aitbc.gpu.scheduling;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says which GPUs a job should have that cannot start now: those of jobs that may be stopped for it, or those that will be
 * free first.
 */
final class Claims {

    /**
     * GPUs to keep for a job.
     *
     * @param victims jobs to stop for it, perhaps none
     */
    record Claim(List<Slot> slots, Set<String> victims) {}

    /** So many machines that could make room are compared. */
    private static final int ENOUGH = 64;

    private final Fleet fleet;
    private final Places places;
    private final Policy policy;
    private final Map<String, Running> running;

    Claims(Fleet fleet, Places places, Policy policy, Map<String, Running> running) {
        this.fleet = fleet;
        this.places = places;
        this.policy = policy;
        this.running = running;
    }

    /** The cheapest jobs to stop so that this one can start on one machine; null when none may be stopped. */
    @Nullable
    Claim byPreemption(JobRequest job, Instant now) {
        Claim best = null;
        double bestCost = Double.MAX_VALUE;
        int seen = 0;
        for (Fleet.Kind kind : places.kindsFor(job)) {
            for (Set<Node> nodes : kind.byOpen) {
                for (Node node : nodes) {
                    if (seen >= ENOUGH) {
                        return best;
                    }
                    if (!couldMakeRoom(node, job) || !places.welcomes(node, job, now)) {
                        continue;
                    }
                    seen++;
                    Claim claim = within(node, job, now);
                    double cost = cost(claim.victims(), now);
                    if (cost < bestCost) {
                        best = claim;
                        bestCost = cost;
                    }
                }
            }
        }
        return best;
    }

    /** Whether enough of a machine's GPUs are free or used by jobs that may be stopped. */
    private boolean couldMakeRoom(Node node, JobRequest job) {
        int possible = 0;
        int left = node.slots.size();
        for (Slot slot : node.slots) {
            if (possible + left < job.gpus()) {
                return false;
            }
            left--;
            boolean takeable =
                    slot.job == null ? slot.isOpenTo(job.id()) : slot.keptFor == null && mayStop(slot.job, job);
            if (takeable && places.suits(job, slot.gpu)) {
                possible++;
            }
        }
        return possible >= job.gpus();
    }

    private Claim within(Node node, JobRequest job, Instant now) {
        List<Slot> free = new ArrayList<>();
        Set<String> stoppable = new LinkedHashSet<>();
        for (Slot slot : node.slots) {
            if (!places.suits(job, slot.gpu)) {
                continue;
            }
            if (slot.isOpenTo(job.id())) {
                free.add(slot);
            } else if (slot.job != null && slot.keptFor == null && mayStop(slot.job, job)) {
                stoppable.add(slot.job);
            }
        }
        List<String> cheapest = new ArrayList<>(stoppable);
        cheapest.sort(Comparator.comparingDouble(id -> cost(Set.of(id), now)));
        Set<String> victims = new LinkedHashSet<>();
        List<Slot> slots = new ArrayList<>(free.subList(0, Math.min(free.size(), job.gpus())));
        for (String victim : cheapest) {
            if (slots.size() >= job.gpus()) {
                break;
            }
            victims.add(victim);
            for (Slot slot : node.slots) {
                if (victim.equals(slot.job) && slots.size() < job.gpus() && places.suits(job, slot.gpu)) {
                    slots.add(slot);
                }
            }
        }
        return new Claim(slots, victims);
    }

    private boolean mayStop(String victimId, JobRequest job) {
        Running victim = running.get(victimId);
        return victim != null
                && !victim.stopping()
                && victim.job().preemptible()
                // Who waited for so long may run to its end: else somebody could be stopped again and again for ever.
                && victim.waited().compareTo(policy.patience()) < 0
                && victim.job().priority() + policy.preemptionGap() <= job.priority();
    }

    /** Priority counts most, then the GPU time that is lost because it was not saved. */
    private double cost(Collection<String> victims, Instant now) {
        double cost = 0;
        for (String id : victims) {
            Running victim = running.get(id);
            if (victim != null) {
                cost += 1_000_000.0 * (1 + victim.job().priority()) + lostSeconds(victim, now);
            }
        }
        return cost;
    }

    private static double lostSeconds(Running victim, Instant now) {
        Duration since = Duration.between(victim.startedAt(), now);
        return Math.max(0, since.toSeconds()) * (double) victim.gpuUuids().size();
    }

    /** The GPUs that are free first, on one machine unless the job may use several; null when too few would do at all. */
    @Nullable
    Claim byWaiting(JobRequest job, Instant now) {
        List<Slot> best = null;
        Instant bestEnd = Instant.MAX;
        Collection<Node> nodes = new HashSet<>();
        places.kindsFor(job).forEach(kind -> kind.byOpen.forEach(nodes::addAll));
        List<Slot> everywhere = new ArrayList<>();
        for (Node node :
                nodes.stream().sorted(Comparator.comparing(node -> node.id)).toList()) {
            if (!places.welcomes(node, job, now)) {
                continue;
            }
            List<Slot> usable = new ArrayList<>();
            for (Slot slot : node.slots) {
                if (places.suits(job, slot.gpu) && (slot.keptFor == null || slot.keptFor.equals(job.id()))) {
                    usable.add(slot);
                }
            }
            everywhere.addAll(usable);
            List<Slot> first = firstFree(usable, job.gpus(), now);
            Instant end = first.isEmpty() ? Instant.MAX : free(first.get(first.size() - 1), now);
            if (!first.isEmpty() && end.isBefore(bestEnd)) {
                best = first;
                bestEnd = end;
            }
        }
        if (best == null && job.acrossNodes()) {
            List<Slot> first = firstFree(everywhere, job.gpus(), now);
            best = first.isEmpty() ? null : first;
        }
        return best == null ? null : new Claim(best, Set.of());
    }

    private List<Slot> firstFree(List<Slot> slots, int wanted, Instant now) {
        if (slots.size() < wanted) {
            return List.of();
        }
        List<Slot> sorted = new ArrayList<>(slots);
        sorted.sort(
                Comparator.<Slot, Instant>comparing(slot -> free(slot, now)).thenComparing(slot -> slot.gpu.uuid()));
        return sorted.subList(0, wanted);
    }

    private Instant free(Slot slot, Instant now) {
        Running job = slot.job == null ? null : running.get(slot.job);
        return job == null ? now : job.expectedEnd(now);
    }

    /** Why a job waits, in words. */
    String why(JobRequest job) {
        int most = 0;
        int all = 0;
        for (Node node : fleet.nodes()) {
            int here = 0;
            for (Slot slot : node.slots) {
                here += places.suits(job, slot.gpu) && node.labels.containsAll(job.labels()) ? 1 : 0;
            }
            most = Math.max(most, here);
            all += here;
        }
        if (job.acrossNodes() ? all >= job.gpus() : most >= job.gpus()) {
            return "all GPUs that suit it are in use";
        }
        return job.acrossNodes()
                ? "it needs " + job.gpus() + " GPUs; those that suit it are " + all
                : "it needs " + job.gpus() + " GPUs of one machine; the most that suit it are " + most;
    }
}
