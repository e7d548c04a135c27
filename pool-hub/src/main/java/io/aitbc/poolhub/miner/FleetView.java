package io.aitbc.poolhub.miner;

import io.aitbc.service.lifetime.ServiceLifetime;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The fleet in memory: what matching reads instead of tables. Changes made by this replica show at once, those of others
 * within two seconds; it can be rebuilt from the database at any time.
 */
@Component
public class FleetView implements InitializingBean {

    private static final Duration ALONE = Duration.ofSeconds(60);
    private static final Duration WITH_OTHERS = Duration.ofSeconds(30);
    /** By how much replicas' clocks may differ and transactions take, and changes are still found at once. */
    private static final Duration CLOCKS_AND_COMMITS = Duration.ofSeconds(3);

    private final Map<String, FleetMiner> miners = new ConcurrentHashMap<>();
    private final FleetRows rows;
    private final ServiceLifetime lifetime;
    private final Duration grace;
    private final Clock clock;
    private final MultiGauge byState;
    private final List<Consumer<Collection<String>>> watchers = new CopyOnWriteArrayList<>();
    private final ReentrantLock reads = new ReentrantLock();
    private volatile Instant refreshedAt = Instant.EPOCH;
    private volatile Instant lookedAt = Instant.EPOCH;

    FleetView(
            FleetRows rows,
            ServiceLifetime lifetime,
            MinerSettings settings,
            Clock clock,
            MeterRegistry meters,
            HubAbsence recorded) {
        this.grace = settings.grace();
        this.rows = rows;
        this.lifetime = lifetime;
        this.clock = clock;
        this.byState = MultiGauge.builder("poolhub.miners")
                .description("Enrolled miners by state")
                .register(meters);
    }

    @Override
    public void afterPropertiesSet() {
        refresh();
    }

    /** All miners that are not removed, as of now; cheap, and safe to walk while others change it. */
    public Collection<FleetMiner> snapshot() {
        return miners.values();
    }

    /** One miner; empty when unknown or removed. */
    public Optional<FleetMiner> find(String minerId) {
        return Optional.ofNullable(miners.get(minerId));
    }

    /** For how long a miner may be silent before it is down. */
    public Duration grace() {
        return grace;
    }

    /** When a miner was last heard of; empty when it never was. */
    public Optional<Instant> lastHeard(String minerId) {
        return find(minerId).map(FleetMiner::downAfter).map(downAfter -> downAfter.minus(grace));
    }

    /** What became known about a miner's work, once it is committed. */
    public void trust(String minerId, double successes, double failures, Instant at) {
        miners.computeIfPresent(minerId, (id, miner) -> miner.trusted(successes, failures, at));
        changed(List.of(minerId));
    }

    /** Tells somebody from now on which miners changed, were added or removed; first, all that there are. */
    public void watch(Consumer<Collection<String>> watcher) {
        watchers.add(watcher);
        watcher.accept(Set.copyOf(miners.keySet()));
    }

    void beat(Beat beat, Instant until) {
        miners.computeIfPresent(beat.minerId(), (id, miner) -> miner.beaten(beat, until));
        changed(List.of(beat.minerId()));
    }

    /** Reads miners again, after a committed change. */
    public void refresh(Collection<String> minerIds) {
        if (!minerIds.isEmpty()) {
            oneAfterTheOther(() -> {
                Set<String> gone = new HashSet<>(minerIds);
                List<FleetMiner> found = rows.some(minerIds);
                found.forEach(miner -> gone.remove(miner.minerId()));
                take(found);
                gone.forEach(miners::remove);
                changed(minerIds);
            });
        }
    }

    /** Reads the whole fleet again. */
    void refresh() {
        oneAfterTheOther(() -> {
            Instant now = clock.instant();
            Set<String> known = new HashSet<>(miners.keySet());
            Set<String> gone = new HashSet<>(known);
            List<FleetMiner> found = rows.all();
            found.forEach(miner -> gone.remove(miner.minerId()));
            take(found);
            gone.forEach(miners::remove);
            changed(known);
            refreshedAt = now;
            lookedAt = now;
        });
    }

    private void lookForChanges(boolean beats) {
        oneAfterTheOther(() -> {
            Instant now = clock.instant();
            List<String> changed = rows.changedSince(lookedAt.minus(CLOCKS_AND_COMMITS), beats);
            if (!changed.isEmpty()) {
                take(rows.some(changed));
            }
            lookedAt = now;
        });
    }

    /** Who reads after a commit must not be overtaken by somebody who read before it. */
    private void oneAfterTheOther(Runnable reading) {
        reads.lock();
        try {
            reading.run();
        } finally {
            reads.unlock();
        }
    }

    private void take(Collection<FleetMiner> found) {
        List<String> changed = new ArrayList<>();
        for (FleetMiner miner : found) {
            String id = miner.minerId();
            if (miner.enrollment() == Enrollment.REMOVED) {
                miners.remove(id);
            } else if (!miner.equals(miners.get(id))) {
                // A heartbeat may have come since the row was read: the later one stays.
                miners.merge(id, miner, FleetView::fresher);
            } else {
                continue;
            }
            changed.add(id);
        }
        changed(changed);
    }

    private void changed(Collection<String> minerIds) {
        if (!minerIds.isEmpty()) {
            watchers.forEach(watcher -> watcher.accept(minerIds));
        }
    }

    /** Of what is here and what was read, which may be older, the last heartbeat; all else as it was read. */
    private static FleetMiner fresher(FleetMiner here, FleetMiner read) {
        boolean hereIsLater = here.downAfter() != null
                && read.downAfter() != null
                && here.downAfter().isAfter(read.downAfter());
        return hereIsLater ? read.heard(here) : read;
    }

    @Scheduled(fixedDelayString = "PT1S")
    void keepUp() {
        Instant now = clock.instant();
        boolean others = lifetime.othersAlive();
        if (now.isAfter(refreshedAt.plus(others ? WITH_OTHERS : ALONE)) || now.isBefore(refreshedAt)) {
            refresh();
        } else {
            lookForChanges(others);
        }
    }

    /** How many enrolled miners are in each state now; a state without any is there with 0. */
    public Map<MinerState, Integer> byState() {
        Instant now = clock.instant();
        Map<MinerState, Integer> counts = new EnumMap<>(MinerState.class);
        Arrays.stream(MinerState.values()).forEach(state -> counts.put(state, 0));
        miners.values().forEach(miner -> counts.merge(miner.shownState(now), 1, Integer::sum));
        return counts;
    }

    @Scheduled(fixedDelayString = "PT5S")
    void count() {
        byState.register(
                byState().entrySet().stream()
                        .map(entry -> MultiGauge.Row.of(
                                Tags.of("state", entry.getKey().name().toLowerCase(Locale.ROOT)), entry.getValue()))
                        .toList(),
                true);
    }

    /** Miners that are up and approved now. */
    public long online() {
        Instant now = clock.instant();
        return miners.values().stream()
                .filter(miner -> miner.enrollment() == Enrollment.APPROVED && miner.isAlive(now))
                .count();
    }
}
