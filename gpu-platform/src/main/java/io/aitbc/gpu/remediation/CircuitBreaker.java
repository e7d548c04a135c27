package io.aitbc.gpu.remediation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Stops rules from emptying the fleet: within an hour no more than a share of the pool, and of each group of GPUs that have
 * something in common, is quarantined by rules; then a person is asked. It holds up nothing else: no release, no alert, no
 * recovery. Not for use by several threads at once.
 */
public final class CircuitBreaker {

    /** However small a pool or group is, so many may be quarantined. */
    public static final int AT_LEAST = 2;

    private static final Duration WINDOW = Duration.ofHours(1);
    private static final String POOL = "pool";

    /**
     * It is tripped for a group.
     *
     * @param group {@code pool}, or what the GPUs have in common, such as {@code model=NVIDIA L40S}
     * @param since when it first held a quarantine up
     * @param allowed quarantines within an hour
     * @param size GPUs in the group
     * @param held GPUs that would have been quarantined
     */
    public record Trip(String group, Instant since, int allowed, int size, Set<String> held) {}

    private record Quarantine(Instant at, String gpuUuid, List<String> groups) {}

    private static final class Holding {
        private final Instant since;
        private final Set<String> gpus = new TreeSet<>();

        Holding(Instant since) {
            this.since = since;
        }
    }

    private final double maxPercent;
    private final Deque<Quarantine> recent = new ArrayDeque<>();
    private final Map<String, Holding> holding = new TreeMap<>();
    private Map<String, Integer> sizes = Map.of();

    /**
     * Begins closed.
     *
     * @param maxPercent share of a pool or group, 0..100
     * @throws IllegalArgumentException when it is not
     */
    public CircuitBreaker(double maxPercent) {
        if (!(maxPercent >= 0 && maxPercent <= 100)) {
            throw new IllegalArgumentException("GPU_QUARANTINE_MAX_PCT must be within 0..100, was " + maxPercent);
        }
        this.maxPercent = maxPercent;
    }

    /**
     * Says how large the fleet is now.
     *
     * @param pool all GPUs of the pool
     * @param groups GPUs by group
     */
    public void fleet(int pool, Map<String, Integer> groups) {
        Map<String, Integer> all = new TreeMap<>(groups);
        all.put(POOL, pool);
        sizes = Map.copyOf(all);
    }

    /** A quarantine by a rule that happened, as a host had kept it; oldest first. */
    public void happened(String gpuUuid, Collection<String> groups, Instant at) {
        recent.addLast(new Quarantine(at, gpuUuid, List.copyOf(groups)));
    }

    /** Asks for one quarantine, and counts it when it may be. */
    public boolean tryQuarantine(String gpuUuid, Collection<String> groups, Instant now) {
        expire(now);
        boolean permitted = permits(POOL);
        if (!permitted) {
            hold(POOL, gpuUuid, now);
        }
        for (String group : groups) {
            if (!permits(group)) {
                hold(group, gpuUuid, now);
                permitted = false;
            }
        }
        if (permitted) {
            happened(gpuUuid, groups, now);
            holding.values().forEach(held -> held.gpus.remove(gpuUuid));
            holding.values().removeIf(held -> held.gpus.isEmpty());
        }
        return permitted;
    }

    /** What it holds up now; empty while it is closed. */
    public List<Trip> trips(Instant now) {
        expire(now);
        return holding.entrySet().stream()
                .map(entry -> new Trip(
                        entry.getKey(),
                        entry.getValue().since,
                        allowed(entry.getKey()),
                        sizes.getOrDefault(entry.getKey(), 0),
                        Set.copyOf(entry.getValue().gpus)))
                .toList();
    }

    /** A GPU no longer needs a quarantine. */
    public void noLongerWanted(String gpuUuid) {
        holding.values().forEach(held -> held.gpus.remove(gpuUuid));
        holding.values().removeIf(held -> held.gpus.isEmpty());
    }

    /** A person looked at it: the count begins again. */
    public void reset() {
        recent.clear();
        holding.clear();
    }

    private void expire(Instant now) {
        while (!recent.isEmpty() && !recent.getFirst().at().plus(WINDOW).isAfter(now)) {
            recent.removeFirst();
        }
    }

    private boolean permits(String group) {
        long done = recent.stream()
                .filter(quarantine -> group.equals(POOL) || quarantine.groups().contains(group))
                .count();
        return done < allowed(group);
    }

    private int allowed(String group) {
        return Math.max(AT_LEAST, (int) Math.floor(sizes.getOrDefault(group, 0) * maxPercent / 100));
    }

    private void hold(String group, String gpuUuid, Instant now) {
        holding.computeIfAbsent(group, name -> new Holding(now)).gpus.add(gpuUuid);
    }
}
