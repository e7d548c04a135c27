package io.aitbc.gpu.scheduling;

import io.aitbc.gpu.scheduling.Decision.Place;
import io.aitbc.gpu.scheduling.Decision.Preempt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which waiting job gets which GPUs. Higher priority goes first, and who waits gains priority with time; a job that
 * does not fit holds up nobody behind it, but after its patience GPUs are kept for it as they become free, so that nobody
 * waits for ever as long as jobs end. GPUs with critical alerts, in quarantine or drained get nothing. It has no clock and
 * no I/O: the host tells it what happened and does what it decides. Not for use by several threads at once.
 */
public final class Scheduler {

    /** So many jobs at a time have GPUs kept for them. */
    private static final int MOST_KEPT = 8;

    private final Policy policy;
    private final Fleet fleet = new Fleet();
    private final BlackHoles blackHoles = new BlackHoles();
    private final Waiting waiting;
    private final Map<String, Running> running = new LinkedHashMap<>();
    private final Kept kept = new Kept(fleet);
    private final Places places;
    private final Claims claims;

    public Scheduler(Policy policy) {
        this.policy = policy;
        this.waiting = new Waiting(policy);
        this.places = new Places(fleet, policy, blackHoles);
        this.claims = new Claims(fleet, places, policy, running);
    }

    /** A GPU is there, or something about it changed. A job on it stays until the host says otherwise. */
    public void put(GpuSlot gpu) {
        fleet.put(gpu);
    }

    /** A GPU is gone; a job on it keeps its other GPUs until the host says that it ended. */
    public void remove(String gpuUuid) {
        fleet.remove(gpuUuid);
    }

    /** What a machine has, such as {@code region=eu}. */
    public void label(String node, Set<String> labels) {
        fleet.label(node, labels);
    }

    /** A job waits from now on. Submitting it again while it waits or runs changes nothing and answers false. */
    public boolean submit(JobRequest job, Instant now) {
        return submit(job, now, Duration.ZERO);
    }

    /** The same for one of which some was done before. */
    public boolean submit(JobRequest job, Instant now, Duration done) {
        return submit(job, now, Duration.ZERO, done);
    }

    /**
     * The same for one that has waited before.
     *
     * @param since when its present wait began
     * @param waited how long it waited before that
     */
    public boolean submit(JobRequest job, Instant since, Duration waited, Duration done) {
        if (running.containsKey(job.id()) || waiting.find(job.id()) != null) {
            return false;
        }
        waiting.add(new Queued(job, since, waited, done));
        return true;
    }

    /**
     * Takes over a job that runs already, as a host does after a restart.
     *
     * @throws IllegalStateException when one of its GPUs is unknown or belongs to another job
     */
    public void restore(Running job) {
        for (String uuid : job.gpuUuids()) {
            Slot slot = fleet.slot(uuid);
            if (slot == null || slot.job != null) {
                throw new IllegalStateException("GPU " + uuid + " of job "
                        + job.job().id() + (slot == null ? " is not known" : " belongs to job " + slot.job));
            }
        }
        occupy(job.job().id(), job.gpuUuids());
        running.put(job.job().id(), job);
    }

    /** Keeps GPUs for a waiting job as an earlier pass did, before a restart; those that are not there are left out. */
    public void keep(String jobId, Collection<String> gpuUuids) {
        if (waiting.find(jobId) != null) {
            kept.restore(jobId, gpuUuids);
        }
    }

    /** The GPUs that are kept for jobs that wait. */
    public Map<String, List<String>> kept() {
        return kept.all();
    }

    /** Takes note of how a job ended on a machine before a restart. */
    public void remember(String node, String jobId, Outcome outcome, Instant at) {
        if (outcome == Outcome.FAILED) {
            blackHoles.failed(node, jobId, at);
        } else if (outcome == Outcome.COMPLETED) {
            blackHoles.succeeded(node);
        }
    }

    /** One pass over the queue: who starts now, and who has to stop for another. */
    public List<Decision> schedule(Instant now) {
        List<Decision> decisions = new ArrayList<>();
        Set<JobRequest.Demand> hopeless = new HashSet<>();
        Map<JobRequest.Demand, Integer> unstoppable = new HashMap<>();
        for (Queued queued : waiting.inOrder()) {
            JobRequest job = queued.job();
            JobRequest.Demand demand = job.demand(policy);
            boolean worthLooking = kept.has(job.id()) || !hopeless.contains(demand);
            Places.Place place = worthLooking ? places.find(job, kept.of(job.id()), now) : null;
            if (place != null) {
                decisions.add(start(queued, place, now));
                continue;
            }
            hopeless.add(demand);
            boolean claimed = kept.has(job.id()) && stillUseful(job);
            if (!claimed && job.priority() > unstoppable.getOrDefault(demand, -1)) {
                claimed = preemptFor(job, decisions, now);
                if (!claimed) {
                    unstoppable.merge(demand, job.priority(), Math::max);
                }
            }
            if (!claimed && kept.jobs() < MOST_KEPT && queued.waitedAt(now).compareTo(policy.patience()) >= 0) {
                Claims.Claim claim = claims.byWaiting(job, now);
                if (claim != null) {
                    kept.keep(job.id(), claim.slots());
                }
            }
        }
        return decisions;
    }

    private Place start(Queued queued, Places.Place place, Instant now) {
        JobRequest job = queued.job();
        List<String> uuids = place.slots().stream().map(slot -> slot.gpu.uuid()).toList();
        List<String> nodes =
                place.slots().stream().map(slot -> slot.node.id).distinct().toList();
        waiting.remove(job.id());
        kept.release(job.id());
        occupy(job.id(), uuids);
        running.put(job.id(), new Running(job, uuids, now, queued.waitedAt(now), queued.done(), false));
        return new Place(job.id(), uuids, nodes, place.local(), place.cost());
    }

    private void occupy(String jobId, Collection<String> uuids) {
        for (String uuid : uuids) {
            Slot slot = fleet.slot(uuid);
            if (slot != null) {
                slot.job = jobId;
                fleet.touched(slot.node);
            }
        }
    }

    /** What is kept is of no use any more when one of the GPUs went bad. */
    private boolean stillUseful(JobRequest job) {
        boolean useful = kept.of(job.id()).size() >= job.gpus()
                && kept.of(job.id()).stream()
                        .allMatch(slot -> fleet.slot(slot.gpu.uuid()) == slot && places.suits(job, slot.gpu));
        if (!useful) {
            kept.release(job.id());
        }
        return useful;
    }

    private boolean preemptFor(JobRequest job, List<Decision> decisions, Instant now) {
        Claims.Claim claim = claims.byPreemption(job, now);
        if (claim == null) {
            return false;
        }
        kept.keep(job.id(), claim.slots());
        for (String victim : claim.victims()) {
            decisions.add(stop(victim, job.id(), "a job of priority " + job.priority() + " needs its GPUs"));
        }
        return true;
    }

    private Preempt stop(String jobId, @Nullable String forJob, String reason) {
        running.computeIfPresent(jobId, (id, job) -> job.told());
        return new Preempt(jobId, forJob, reason);
    }

    /** Stops a job because of its GPUs' health; empty when it does not run or was told already. */
    public Optional<Preempt> preemptJob(String jobId, String reason) {
        Running job = running.get(jobId);
        return job == null || job.stopping() ? Optional.empty() : Optional.of(stop(jobId, null, reason));
    }

    /** The jobs on a GPU: none or one. */
    public Optional<Running> on(String gpuUuid) {
        Slot slot = fleet.slot(gpuUuid);
        return slot == null || slot.job == null ? Optional.empty() : Optional.ofNullable(running.get(slot.job));
    }

    /**
     * A job has stopped and waits again, with what it has done; the time that it waited before still counts. Answers false
     * when it did not run.
     */
    public boolean stopped(String jobId, Instant now, Duration done) {
        Running job = running.remove(jobId);
        if (job == null) {
            return false;
        }
        vacate(job);
        waiting.add(new Queued(job.job(), now, job.waited(), done));
        return true;
    }

    /** A job has ended, wherever it was. Answers false when it was not known. */
    public boolean ended(String jobId, Outcome outcome, Instant now) {
        Running job = running.remove(jobId);
        kept.release(jobId);
        if (job == null) {
            return waiting.remove(jobId) != null;
        }
        Set<String> nodes = new HashSet<>();
        for (String uuid : job.gpuUuids()) {
            Slot slot = fleet.slot(uuid);
            if (slot != null) {
                nodes.add(slot.node.id);
            }
        }
        vacate(job);
        // A gang over several machines does not tell which of them it was.
        if (outcome == Outcome.FAILED && nodes.size() == 1) {
            blackHoles.failed(nodes.iterator().next(), jobId, now);
        } else if (outcome == Outcome.COMPLETED) {
            nodes.forEach(blackHoles::succeeded);
            blackHoles.over(jobId);
        } else if (outcome == Outcome.CANCELLED) {
            blackHoles.over(jobId);
        }
        return true;
    }

    private void vacate(Running job) {
        for (String uuid : job.gpuUuids()) {
            Slot slot = fleet.slot(uuid);
            if (slot != null && job.job().id().equals(slot.job)) {
                slot.job = null;
                fleet.touched(slot.node);
            }
        }
    }

    /** Machines that get no work because job after job failed there. */
    public Set<String> blackHoles(Instant now) {
        return blackHoles.found(now);
    }

    /** A running job. */
    public Optional<Running> running(String jobId) {
        return Optional.ofNullable(running.get(jobId));
    }

    /** All running jobs. */
    public Collection<Running> running() {
        return List.copyOf(running.values());
    }

    /** Why a job waits, in words; empty when it does not. */
    public Optional<String> whyWaiting(String jobId) {
        Queued queued = waiting.find(jobId);
        if (queued == null) {
            return Optional.empty();
        }
        return Optional.of(kept.has(jobId) ? "GPUs are being freed for it" : claims.why(queued.job()));
    }

    /** How many there are of everything. */
    public Counts counts() {
        return Counts.of(fleet.slots(), waiting.size(), running.size());
    }
}
