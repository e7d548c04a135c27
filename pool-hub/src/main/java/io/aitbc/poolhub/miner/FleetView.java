package io.aitbc.poolhub.miner;

import io.aitbc.service.lifetime.ServiceLifetime;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    private final Map<String, FleetMiner> miners = new ConcurrentHashMap<>();
    private final FleetRows rows;
    private final ServiceLifetime lifetime;
    private final Duration grace;
    private final Clock clock;
    private final MultiGauge byState;
    private volatile Instant refreshedAt = Instant.EPOCH;

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

    /** When a miner was last heard of; empty when it never was. */
    public Optional<Instant> lastHeard(String minerId) {
        return find(minerId).map(FleetMiner::downAfter).map(downAfter -> downAfter.minus(grace));
    }

    /** What became known about a miner's work, once it is committed. */
    public void trust(String minerId, double successes, double failures, Instant at) {
        miners.computeIfPresent(minerId, (id, miner) -> miner.trusted(successes, failures, at));
    }

    void beat(Beat beat, Instant until) {
        miners.computeIfPresent(beat.minerId(), (id, miner) -> miner.beaten(beat, until));
    }

    /** Reads one miner again, after a committed change. */
    void refresh(String minerId) {
        rows.one(minerId).stream()
                .findFirst()
                .ifPresentOrElse(miner -> miners.put(minerId, miner), () -> miners.remove(minerId));
    }

    /** Reads the whole fleet again. */
    void refresh() {
        Set<String> present = new HashSet<>();
        for (FleetMiner miner : rows.all()) {
            present.add(miner.minerId());
            // A heartbeat may have come since the row was read: the later one stays.
            miners.merge(miner.minerId(), miner, FleetView::fresher);
        }
        miners.keySet().retainAll(present);
        refreshedAt = clock.instant();
        count();
    }

    private static FleetMiner fresher(FleetMiner here, FleetMiner there) {
        boolean hereIsLater = here.downAfter() != null
                && there.downAfter() != null
                && here.downAfter().isAfter(there.downAfter())
                && here.enrollment() == there.enrollment();
        return hereIsLater ? here : there;
    }

    @Scheduled(fixedDelayString = "PT2S")
    void keepUp() {
        if (lifetime.othersAlive() || clock.instant().isAfter(refreshedAt.plus(ALONE))) {
            refresh();
        } else {
            count();
        }
    }

    private void count() {
        Instant now = clock.instant();
        Map<MinerState, Integer> counts = new EnumMap<>(MinerState.class);
        Arrays.stream(MinerState.values()).forEach(state -> counts.put(state, 0));
        for (FleetMiner miner : miners.values()) {
            boolean silent = miner.state() != MinerState.NOT_ENROLLED
                    && miner.state() != MinerState.UNKNOWN
                    && !miner.isAlive(now);
            MinerState shown = silent ? MinerState.DOWN : miner.state();
            counts.merge(miner.isInMaintenance(now) ? MinerState.MAINTENANCE : shown, 1, Integer::sum);
        }
        byState.register(
                counts.entrySet().stream()
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
