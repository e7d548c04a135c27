package io.aitbc.coordinator.capacity;

import io.aitbc.capacity.DemandHistory;
import io.aitbc.capacity.Planner;
import io.aitbc.capacity.RecommendationLedger;
import io.aitbc.capacity.Scope;
import io.aitbc.service.web.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Keeps the ledger of recommendations, of all pools together and of each, and forgets what is old. */
@Component
class PlanSchedule {

    private static final Logger LOG = LoggerFactory.getLogger(PlanSchedule.class);
    private static final Duration KEPT = Duration.ofDays(90);

    private final Planner planner;
    private final RecommendationLedger ledger;
    private final DemandHistory history;
    private final PoolSnapshots snapshots;
    private final Clock clock;

    PlanSchedule(
            Planner planner, RecommendationLedger ledger, DemandHistory history, PoolSnapshots snapshots, Clock clock) {
        this.planner = planner;
        this.ledger = ledger;
        this.history = history;
        this.snapshots = snapshots;
        this.clock = clock;
    }

    @Scheduled(fixedDelayString = "PT20M", initialDelayString = "PT1M")
    @SchedulerLock(name = "capacity-ledger", lockAtLeastFor = "PT19M", lockAtMostFor = "PT60M")
    public void keepLedger() {
        Instant now = clock.instant();
        Set<String> pools = new TreeSet<>(history.pools(now));
        pools.addAll(ledger.unfinished());
        List<Scope> scopes = new ArrayList<>(pools.stream().map(Scope::pool).toList());
        scopes.add(Scope.ALL);
        for (Scope scope : scopes) {
            try {
                planner.keepLedger(scope, now);
            } catch (Problem | DataAccessException | IllegalArgumentException e) {
                LOG.error("The ledger of {} is not kept this time", scope, e);
            }
        }
    }

    @Scheduled(fixedDelayString = "PT1H", initialDelayString = "PT5M")
    @SchedulerLock(name = "capacity-retention", lockAtMostFor = "PT30M")
    public void forget() {
        Instant now = clock.instant();
        snapshots.forget(now.minus(KEPT), now);
    }
}
