package io.aitbc.poolhub.match;

import io.aitbc.poolhub.match.Spot.Kind;
import io.aitbc.poolhub.miner.FleetMiner;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The fleet, sorted so that a match looks at few miners and still counts them all.
 *
 * <p>Miners that take no job at all now are only counted, by reason. The others stand on shelves, one per kind of machine, and
 * there in the order of price and of what of the score is their own. A match decides about whole shelves, and within one
 * passes by the leaves whose bounds say that nothing better is in them.
 *
 * <p>Whoever changes a miner says so with {@link #update}; what only time changes (silence, maintenance) the index notices
 * itself, before each match.
 */
final class FleetIndex {

    private static final int AT_ONCE = 500;
    private static final Duration CLOCK_JITTER = Duration.ofSeconds(1);

    private record Due(Instant at, Spot spot) {}

    private final Function<String, @Nullable FleetMiner> fleet;
    private final InstantSource clock;
    private final Scoring scoring;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Map<String, Spot> spots = new HashMap<>();
    private final Map<Kind, Shelf> shelves = new HashMap<>();
    private final List<Shelf> inUse = new ArrayList<>();
    private Vocabulary<String> models = new Vocabulary<>();
    private Vocabulary<Set<String>> skills = new Vocabulary<>();
    private final int[] standing = new int[Rejection.values().length];
    private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparing(Due::at));
    private volatile Instant nextDue = Instant.MAX;
    private volatile Instant latest = Instant.MIN;

    /**
     * An index without miners.
     *
     * @param fleet the miner of an id as it is now; null when there is none (any more)
     * @param clock what time it is
     */
    FleetIndex(Function<String, @Nullable FleetMiner> fleet, InstantSource clock, Scoring scoring) {
        this.fleet = fleet;
        this.clock = clock;
        this.scoring = scoring;
    }

    /** Looks again at miners that changed, came or went. */
    void update(Collection<String> minerIds) {
        Instant now = clock.instant();
        int left = minerIds.size();
        var ids = minerIds.iterator();
        while (left > 0) {
            int batch = Math.min(left, AT_ONCE);
            left -= batch;
            lock.writeLock().lock();
            try {
                for (int i = 0; i < batch; i++) {
                    // Read under the lock: of two that changed the same miner, the later sees what both did.
                    put(ids.next(), now);
                }
                nextDue = due.isEmpty() ? Instant.MAX : due.peek().at();
            } finally {
                lock.writeLock().unlock();
            }
        }
    }

    /** Finds the best for a job. */
    Search.Found find(JobNeeds needs, RandomGenerator spread) {
        Instant now = clock.instant();
        if (!now.isBefore(nextDue) || wasSetBack(now) || !now.isBefore(latest.plus(CLOCK_JITTER))) {
            lookAtThoseDue();
        }
        lock.readLock().lock();
        try {
            return new Search(scoring, needs, models.values(), skills.values(), now, spread).among(inUse, standing);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** How many different words of miners it holds, for tests. */
    int words() {
        return models.size() + skills.size();
    }

    private boolean wasSetBack(Instant now) {
        return now.plus(CLOCK_JITTER).isBefore(latest);
    }

    private void lookAtThoseDue() {
        lock.writeLock().lock();
        try {
            // Who waited for the lock, or was stopped before it, is late; the clock is not.
            Instant now = clock.instant();
            boolean setBack = wasSetBack(now);
            latest = now;
            if (setBack) {
                spots.values().forEach(spot -> place(spot, spot.miner, now));
            }
            for (Due first = due.peek(); first != null && !now.isBefore(first.at()); first = due.peek()) {
                due.poll();
                Spot spot = first.spot();
                if (spot.dueAt.equals(first.at())) {
                    spot.dueAt = Instant.MAX;
                    place(spot, spot.miner, now);
                }
            }
            nextDue = due.isEmpty() ? Instant.MAX : due.peek().at();
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void put(String minerId, Instant now) {
        FleetMiner miner = fleet.apply(minerId);
        Spot spot = spots.get(minerId);
        if (miner == null) {
            if (spot != null) {
                spots.remove(minerId);
                takeAway(spot);
                spot.dueAt = Instant.MAX;
            }
        } else if (spot == null) {
            spot = new Spot(miner);
            spots.put(minerId, spot);
            stand(spot, Eligibility.standing(miner, now), now);
            watch(spot, now);
        } else {
            place(spot, miner, now);
        }
    }

    private void place(Spot spot, FleetMiner miner, Instant now) {
        Rejection next = Eligibility.standing(miner, now);
        Shelf shelf = spot.shelf;
        if (shelf != null && next == null && shelf.kind.equals(Kind.of(miner))) {
            spot.miner = miner;
            shelf.update(spot, scoring.own(miner, now));
        } else {
            takeAway(spot);
            spot.miner = miner;
            stand(spot, next, now);
        }
        watch(spot, now);
    }

    private void stand(Spot spot, @Nullable Rejection why, Instant now) {
        spot.standing = why;
        if (why != null) {
            standing[why.ordinal()]++;
        } else {
            shelves.computeIfAbsent(Kind.of(spot.miner), this::shelf).add(spot, scoring.own(spot.miner, now));
        }
    }

    private Shelf shelf(Kind kind) {
        if (models.size() + skills.size() > 100 + 4 * inUse.size()) {
            // Most of what miners have ever said is said no more.
            models = new Vocabulary<>();
            skills = new Vocabulary<>();
            inUse.forEach(this::number);
        }
        Shelf shelf = new Shelf(kind);
        number(shelf);
        inUse.add(shelf);
        return shelf;
    }

    private void number(Shelf shelf) {
        shelf.model = models.number(shelf.kind.gpuName());
        shelf.skills = skills.number(shelf.kind.capabilities());
    }

    private void takeAway(Spot spot) {
        Shelf shelf = spot.shelf;
        if (spot.standing != null) {
            standing[spot.standing.ordinal()]--;
        } else if (shelf != null) {
            shelf.remove(spot);
            if (shelf.size == 0) {
                shelves.remove(shelf.kind);
                inUse.remove(shelf);
            }
        }
    }

    /** A miner that beats is due later and later; it is queued once, and again only when its turn came too early. */
    private void watch(Spot spot, Instant now) {
        Instant until = Eligibility.standsUntil(spot.miner, now);
        if (until.isBefore(spot.dueAt)) {
            spot.dueAt = until;
            due.add(new Due(until, spot));
        }
    }
}
