package io.aitbc.poolhub.console;

import io.aitbc.capacity.CapacityForecast;
import io.aitbc.capacity.CapacitySnapshot;
import io.aitbc.poolhub.capacity.PlanSource;
import io.aitbc.poolhub.capacity.SnapshotBook;
import io.aitbc.poolhub.gpu.Alerts;
import io.aitbc.poolhub.gpu.GpuBoard;
import io.aitbc.poolhub.gpu.GpuHeat;
import io.aitbc.poolhub.miner.FleetView;
import io.aitbc.poolhub.sla.SlaReads;
import io.aitbc.poolhub.usage.UsageBoard;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Looks at the pool for everybody who looks at it: once in a while, however many they are. */
class OverviewSource {

    private static final Duration GOOD = Duration.ofSeconds(2);
    /** Looking takes no more than one part in so many of the time. */
    private static final int SELDOM = 20;

    private static final Duration FORECAST_GOOD = Duration.ofMinutes(1);
    private static final int MOST_TILES = 400;
    private static final int HOURS = 48;
    private static final UUID LAST_ID = new UUID(-1, -1);

    private final FleetView fleet;
    private final SlaReads levels;
    private final SnapshotBook snapshots;
    private final PlanSource plans;
    private final GpuHeat gpus;
    private final GpuBoard board;
    private final Alerts alerts;
    private final UsageBoard usage;
    private final Clock clock;
    private final LateAnswer<CapacityForecast> forecast;
    private final ReentrantLock turns = new ReentrantLock();
    private volatile @Nullable Overview last;
    private Duration good = GOOD;

    OverviewSource(
            FleetView fleet,
            SlaReads levels,
            SnapshotBook snapshots,
            PlanSource plans,
            GpuHeat gpus,
            GpuBoard board,
            Alerts alerts,
            UsageBoard usage,
            Executor executor,
            Clock clock) {
        this.fleet = fleet;
        this.levels = levels;
        this.snapshots = snapshots;
        this.plans = plans;
        this.gpus = gpus;
        this.board = board;
        this.alerts = alerts;
        this.usage = usage;
        this.clock = clock;
        this.forecast = new LateAnswer<>(executor, clock, FORECAST_GOOD);
    }

    /** How the pool is, not older than two seconds; of a pool at which looking takes long, older accordingly. */
    Overview now() {
        turns.lock();
        try {
            Overview known = last;
            Instant now = clock.instant();
            if (known == null
                    || now.isBefore(known.at())
                    || now.isAfter(known.at().plus(good))) {
                known = look(now);
                last = known;
            }
            return known;
        } finally {
            turns.unlock();
        }
    }

    private Overview look(Instant now) {
        List<CapacitySnapshot> latest = snapshots.list(now.minus(Duration.ofDays(1)), now.plusSeconds(60), LAST_ID, 1);
        CapacitySnapshot snapshot = latest.isEmpty() ? null : latest.get(0);
        List<String> missing = new ArrayList<>();
        // Before anything was counted there is nothing to forecast from.
        LateAnswer.Known<CapacityForecast> ahead = snapshot == null
                ? new LateAnswer.Known<>(null, null, null)
                : forecast.ask(() -> plans.forecast(HOURS, null));
        if (ahead.missing() != null) {
            missing.add("Forecast: " + ahead.missing());
        }
        // Waiting for a forecast costs nobody anything.
        long begun = System.nanoTime();
        Overview seen = new Overview(
                now,
                levels.open(),
                fleet.byState(),
                snapshot,
                ahead.value(),
                ahead.value() == null ? null : CapacityOutlook.demand(ahead.value()),
                gpus.tiles(MOST_TILES),
                gpus.count(),
                alerts.firing(),
                board.trips(),
                usage.lately(),
                new Overview.Collections(
                        levels.lastCollected().orElse(null),
                        snapshot == null ? null : snapshot.timestamp(),
                        gpus.lastSwept().orElse(null)),
                missing);
        Duration taken = Duration.ofNanos(System.nanoTime() - begun).multipliedBy(SELDOM);
        good = taken.compareTo(GOOD) > 0 ? taken : GOOD;
        return seen;
    }
}
