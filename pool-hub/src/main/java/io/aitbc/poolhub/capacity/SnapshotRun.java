package io.aitbc.poolhub.capacity;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.capacity.CapacityForecast;
import io.aitbc.capacity.CapacityPlan;
import io.aitbc.capacity.CapacitySnapshot;
import io.aitbc.capacity.Planner;
import io.aitbc.capacity.Scope;
import io.aitbc.poolhub.job.WaitingWork;
import io.aitbc.poolhub.miner.FleetView;
import io.aitbc.poolhub.miner.MinerState;
import io.aitbc.service.lifetime.ServiceLifetime;
import io.aitbc.service.web.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Counts the pool at each interval, one replica for all, and tells what follows from it. */
@Component
class SnapshotRun {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotRun.class);
    private static final int LONGEST_REASON = 1_000;
    private static final Scope POOL = Scope.pool(SnapshotBook.THIS_POOL);

    private final ServiceLifetime lifetime;
    private final FleetView fleet;
    private final WaitingWork waiting;
    private final SnapshotBook book;
    private final Planner planner;
    private final AlertEpisodes episodes;
    private final CapacitySettings settings;
    private final Clock clock;

    SnapshotRun(
            ServiceLifetime lifetime,
            FleetView fleet,
            WaitingWork waiting,
            SnapshotBook book,
            Planner planner,
            AlertEpisodes episodes,
            CapacitySettings settings,
            Clock clock) {
        this.lifetime = lifetime;
        this.fleet = fleet;
        this.waiting = waiting;
        this.book = book;
        this.planner = planner;
        this.episodes = episodes;
        this.settings = settings;
        this.clock = clock;
    }

    /** The lock outlasts the run by nine tenths of the interval, so that replicas take one snapshot per interval together. */
    @Scheduled(
            fixedRateString = "#{${capacity.snapshot-interval-seconds} * 1000}",
            initialDelayString = "#{T(Math).min(${capacity.snapshot-interval-seconds}, 20) * 1000}")
    @SchedulerLock(
            name = "capacity-snapshot",
            lockAtLeastFor = "#{${capacity.snapshot-interval-seconds} * 900}",
            lockAtMostFor = "#{T(Math).max(${capacity.snapshot-interval-seconds} * 1000, 600000)}")
    public void bySchedule() {
        take();
    }

    /** Each hour has a plan of its own; the ledger keeps it. */
    @Scheduled(fixedDelayString = "PT10M", initialDelayString = "PT1M")
    @SchedulerLock(name = "capacity-ledger", lockAtLeastFor = "PT9M", lockAtMostFor = "PT30M")
    public void keepLedger() {
        planner.keepLedger(POOL, clock.instant());
    }

    /** Once an hour, what nobody asks for any more goes. */
    @Scheduled(fixedDelayString = "PT1H", initialDelayString = "PT5M")
    @SchedulerLock(name = "capacity-retention", lockAtMostFor = "PT30M")
    public void forget() {
        Instant now = clock.instant();
        book.forget(now.minus(Duration.ofDays(settings.retentionDays())), now);
    }

    /** Empty while the hub does not know how the miners are, which after a start it learns from their next heartbeats. */
    Optional<CapacitySnapshot> take() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        if (isSettling(now)) {
            LOG.info("No capacity snapshot: it is not known yet which miners are up");
            return Optional.empty();
        }
        PoolCount count = PoolCount.of(fleet.snapshot(), waiting.kinds(), now);
        episodes.observe(count.total().demandPct(), now);
        CapacitySnapshot snapshot = snapshot(count, now);
        book.store(List.of(snapshot));
        return Optional.of(snapshot);
    }

    private boolean isSettling(Instant now) {
        return now.isBefore(lifetime.startedAt().plus(fleet.grace()))
                && fleet.snapshot().stream()
                        .anyMatch(miner -> miner.isApproved() && miner.state() == MinerState.UNKNOWN);
    }

    /** What is planned, as it is written beside the count. */
    private record Outlook(
            @Nullable Integer forecast,
            @Nullable String scaling,
            @Nullable String reason) {}

    private CapacitySnapshot snapshot(PoolCount count, Instant now) {
        Outlook outlook = outlook(now);
        Map<String, Object> metadata = CapacitySnapshot.metadata(count.total(), count.classes());
        metadata.put("unplaceable_gpus", count.unplaceableGpus());
        metadata.put("source", "pool_hub");
        return new CapacitySnapshot(
                UuidCreator.getTimeOrderedEpoch(now),
                count.totalMiners(),
                count.activeMiners(),
                (int) Math.floor(count.total().capacity()),
                count.queueLength(),
                count.utilizationPct(),
                outlook.forecast(),
                outlook.scaling(),
                outlook.reason(),
                now,
                metadata);
    }

    /** The count matters more: it is kept without figures when none can be had. */
    private Outlook outlook(Instant now) {
        try {
            CapacityForecast forecast = planner.forecast(POOL, now);
            String reason = planner.plan(POOL, now).recommendations().stream()
                    .findFirst()
                    .map(CapacityPlan.Advice::reason)
                    .orElse(forecast.statusReason());
            return new Outlook(
                    forecast.projectedCapacity(),
                    forecast.recommendedScaling(),
                    reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) : reason);
        } catch (Problem | DataAccessException | IllegalArgumentException e) {
            LOG.error("The pool was counted, but nothing could be planned", e);
            return new Outlook(null, null, null);
        }
    }
}
