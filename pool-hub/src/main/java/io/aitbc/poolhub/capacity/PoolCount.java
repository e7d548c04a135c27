package io.aitbc.poolhub.capacity;

import io.aitbc.capacity.ClassState;
import io.aitbc.poolhub.job.WaitingWork;
import io.aitbc.poolhub.miner.FleetMiner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The pool, counted at one moment. A slot is what {@code max_parallel} counts; a pool's job takes those of its GPUs, work that a miner
 * reports by itself one each. Jobs that wait are shared among the classes whose miners can run them, by size.
 *
 * @param totalMiners approved, whether they work or not
 * @param activeMiners those that could take a job now
 * @param queueLength jobs that wait, here and at the miners
 * @param unplaceableGpus what waiting jobs ask for that no miner here has; no part of the demand, since more of the same would not help
 */
record PoolCount(
        int totalMiners,
        int activeMiners,
        int queueLength,
        int unplaceableGpus,
        ClassState total,
        Map<String, ClassState> classes) {

    private static final String UNNAMED = "unknown";
    private static final String OTHER = "other";
    private static final int MOST_CLASSES = 100;

    /** One class while it is being counted. */
    private static final class Tally {
        private double running;
        private double queued;
        private double capacity;
        private int miners;
        private double largest;
        private double nominal;
        private double gpus;
        private double mostVram;
        private int mostGpus;
        private final List<Double> sizes = new ArrayList<>();

        void add(FleetMiner miner, Instant now) {
            boolean alive = miner.isAlive(now);
            boolean works = alive && !miner.isInMaintenance(now) && !miner.draining();
            double slotsPerGpu = miner.gpuCount() == 0 ? 1 : (double) miner.maxParallel() / miner.gpuCount();
            nominal += miner.maxParallel();
            gpus += miner.gpuCount();
            mostVram = Math.max(mostVram, miner.vramGb() == null ? 0 : miner.vramGb());
            mostGpus = Math.max(mostGpus, Math.max(1, miner.gpuCount()));
            sizes.add((double) miner.maxParallel());
            running += miner.work().gpus() * slotsPerGpu + (alive ? miner.work().other() : 0);
            queued += alive ? miner.queueLen() : 0;
            if (works) {
                double slots = miner.gpuCount() == 0 ? miner.maxParallel() : miner.usableGpus() * slotsPerGpu;
                capacity += slots;
                miners += slots > 0 ? 1 : 0;
                largest = Math.max(largest, slots);
            }
        }

        double slotsPerGpu() {
            return gpus == 0 ? 1 : nominal / gpus;
        }

        ClassState state() {
            return ClassState.bounded(running, queued, capacity, miners, largest, median(sizes));
        }
    }

    static PoolCount of(Collection<FleetMiner> fleet, List<WaitingWork.Kind> waiting, Instant now) {
        Map<String, Tally> classes = new TreeMap<>();
        Tally total = new Tally();
        int miners = 0;
        int active = 0;
        long queue = 0;
        for (FleetMiner miner : fleet) {
            if (!miner.isApproved()) {
                continue;
            }
            miners++;
            boolean free = miner.isAlive(now) && !miner.isInMaintenance(now) && miner.freeSlots() > 0;
            active += free && !miner.draining() ? 1 : 0;
            queue += miner.isAlive(now) ? miner.queueLen() : 0;
            classes.computeIfAbsent(className(miner.gpuName()), name -> new Tally())
                    .add(miner, now);
            total.add(miner, now);
        }
        int unplaceable = 0;
        for (WaitingWork.Kind kind : waiting) {
            queue += kind.jobs();
            unplaceable += share(kind, classes, total) ? 0 : kind.gpus();
        }
        Map<String, ClassState> states = new TreeMap<>();
        classes.forEach((name, tally) -> states.put(name, tally.state()));
        foldSmallest(states);
        return new PoolCount(
                miners, active, (int) Math.min(Integer.MAX_VALUE, queue), unplaceable, total.state(), states);
    }

    /** False where no miner has such GPUs, or so many of them. Capabilities, region and price are not looked at. */
    private static boolean share(WaitingWork.Kind kind, Map<String, Tally> classes, Tally total) {
        Map<Tally, Double> weights = new HashMap<>();
        classes.forEach((name, tally) -> {
            boolean named =
                    kind.gpuName() == null || name.toLowerCase(Locale.ROOT).contains(kind.gpuName());
            boolean large = kind.gpusPerJob() <= tally.mostGpus
                    && (kind.minVramGb() <= 0 || tally.mostVram >= kind.minVramGb());
            if (named && large) {
                weights.put(tally, tally.nominal);
            }
        });
        double sum = weights.values().stream().mapToDouble(Double::doubleValue).sum();
        weights.forEach((tally, weight) -> {
            double slots = kind.gpus() * weight / sum * tally.slotsPerGpu();
            tally.queued += slots;
            total.queued += slots;
        });
        return sum > 0;
    }

    /** A pool of many models keeps the largest apart, and the others together. */
    private static void foldSmallest(Map<String, ClassState> states) {
        states.entrySet().stream()
                .sorted(Comparator.comparingDouble(one -> -one.getValue().capacity()))
                .skip(MOST_CLASSES)
                .map(Map.Entry::getKey)
                .toList()
                .forEach(small -> states.merge(OTHER, Objects.requireNonNull(states.remove(small)), ClassState::plus));
    }

    private static String className(@Nullable String gpuName) {
        return gpuName == null || gpuName.isBlank() ? UNNAMED : gpuName.strip();
    }

    private static double median(List<Double> sizes) {
        if (sizes.isEmpty()) {
            return 1;
        }
        List<Double> sorted = new ArrayList<>(sizes);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    /** Slots at work of those that there are, 0..100. */
    double utilizationPct() {
        if (total.capacity() == 0) {
            return total.running() > 0 ? 100 : 0;
        }
        return Math.min(100, 100 * total.running() / total.capacity());
    }
}
