package io.aitbc.coordinator.capacity;

import io.aitbc.capacity.DemandHistory;
import io.aitbc.capacity.Planner;
import io.aitbc.capacity.Scope;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Keeps the ledger of recommendations, of all pools together and of each, and forgets what is old. */
@Component
class PlanSchedule {

    private static final Duration KEPT = Duration.ofDays(90);

    private final Planner planner;
    private final DemandHistory history;
    private final PoolSnapshots snapshots;
    private final Clock clock;

    PlanSchedule(Planner planner, DemandHistory history, PoolSnapshots snapshots, Clock clock) {
        this.planner = planner;
        this.history = history;
        this.snapshots = snapshots;
        this.clock = clock;
    }

    @Scheduled(fixedDelayString = "PT20M", initialDelayString = "PT1M")
    @SchedulerLock(name = "capacity-ledger", lockAtLeastFor = "PT19M", lockAtMostFor = "PT60M")
    public void keepLedger() {
        Instant now = clock.instant();
        for (String poolId : history.pools(now)) {
            planner.keepLedger(Scope.pool(poolId), now);
        }
        planner.keepLedger(Scope.ALL, now);
    }

    @Scheduled(fixedDelayString = "PT1H", initialDelayString = "PT5M")
    @SchedulerLock(name = "capacity-retention", lockAtMostFor = "PT30M")
    public void forget() {
        Instant now = clock.instant();
        snapshots.forget(now.minus(KEPT), now);
    }
}
