package io.aitbc.agent.simulation;

import io.aitbc.agent.heart.Ending;
import io.aitbc.agent.heart.GivenUp;
import io.aitbc.agent.heart.Journal;
import io.aitbc.agent.heart.Life;
import io.aitbc.agent.heart.Timing;
import io.aitbc.agent.hub.HubClient;
import io.aitbc.agent.hub.ServiceClient;
import io.aitbc.agent.simulation.FleetState.Cohort;
import io.aitbc.agent.storage.DataFolder;
import io.aitbc.agent.storage.MinerKeys;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All miners of the fleet on one scheduler, and beside it one thread that brings their past in, once. */
public final class SimulatedFleet implements Ending, Journal {

    private static final Logger LOG = LoggerFactory.getLogger(SimulatedFleet.class);
    /** Larger fleets hear of work with their heartbeats: each that listens keeps a connection. */
    private static final int MOST_LISTENING = 500;

    private static final Duration LISTENS_AFTER = Duration.ofSeconds(10);
    private static final Duration BETWEEN_STARTS = Duration.ofMillis(10);

    private final FleetSettings settings;
    private final DataFolder folder;
    private final HubClient hub;
    private final ServiceClient service;
    private final Timing timing;
    private final Map<String, LiveMiner> miners = new LinkedHashMap<>();
    private final Map<String, Life> lives = new LinkedHashMap<>();
    private final Set<String> registered = new HashSet<>();
    private final Set<String> away = new HashSet<>();
    private final CountDownLatch unregistered;
    private final CompletableFuture<End> ended = new CompletableFuture<>();

    public SimulatedFleet(
            FleetSettings settings, DataFolder folder, HubClient hub, ServiceClient service, Timing timing) {
        this.settings = settings;
        this.folder = folder;
        this.hub = hub;
        this.service = service;
        this.timing = timing;
        this.unregistered = new CountDownLatch(settings.miners());
    }

    @Override
    public void begin() {
        ReadyFile ready = new ReadyFile(settings.readyFile());
        ready.remove();
        FleetState state = FleetState.remember(folder, settings.seed(), settings.miners(), timing.now());
        List<SimulatedMiner> all = IntStream.rangeClosed(1, settings.miners())
                .mapToObj(number -> SimulatedMiner.of(settings.seed(), number))
                .toList();
        Map<String, String> keys =
                MinerKeys.in(folder).of(all.stream().map(SimulatedMiner::id).toList());
        for (SimulatedMiner miner : all) {
            String key = Objects.requireNonNull(keys.get(miner.id()));
            miners.put(miner.id(), new LiveMiner(miner, settings.seed(), hub, key, timing));
        }
        miners.forEach((id, live) -> lives.put(
                id,
                new Life(
                        live.miner().registration(Objects.requireNonNull(keys.get(id))),
                        hub,
                        () -> live.vitals(timing.now()),
                        live::answered,
                        this,
                        timing)));
        Duration in = Duration.ZERO;
        if (settings.miners() <= MOST_LISTENING) {
            miners.forEach((id, live) ->
                    timing.after(LISTENS_AFTER, () -> live.listen(hub, Objects.requireNonNull(keys.get(id)), timing)));
        }
        for (Life life : lives.values()) {
            life.start(in);
            in = in.plus(BETWEEN_STARTS);
        }
        Thread thread = new Thread(() -> settleIn(state, ready), "settling-in");
        thread.setDaemon(true);
        thread.start();
    }

    private void settleIn(FleetState state, ReadyFile ready) {
        try {
            Operator operator =
                    settings.hubOperatorKey() == null ? null : new Operator(service, settings.hubOperatorKey());
            boolean tenants = openAccounts();
            unregistered.await();
            LOG.info("{} miners beat.", miners.size());
            if (operator == null) {
                LOG.info("No POOLHUB_OPERATOR_KEY: no past is imported, no work is asked for.");
            } else if (!tenants) {
                LOG.info("No demo tenants at a coordinator: no past is imported, no work is asked for.");
            } else {
                bringPast(state, operator);
                new Workload(
                                operator,
                                miners.values().stream().map(LiveMiner::miner).toList(),
                                settings,
                                timing)
                        .start();
                new Faults(timing, settings.seed(), settings.speed()).start(miners.values());
            }
            ready.write();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException bug) {
            LOG.error("The fleet beats, but its past and its work stumbled", bug);
        }
    }

    private boolean openAccounts() throws InterruptedException {
        String key = settings.coordinatorOperatorKey();
        if (settings.coordinator() == null || key == null) {
            return false;
        }
        return Accounts.open(new Operator(new ServiceClient(settings.coordinator(), timing.clock()), key));
    }

    private void bringPast(FleetState remembered, Operator operator) throws InterruptedException {
        FleetState state = remembered;
        for (Cohort cohort : remembered.cohorts()) {
            if (!cohort.imported() && new HistoryImport(operator).run(state.seed(), cohort)) {
                state = state.imported(folder, cohort);
            }
        }
        Accounts.settle(operator, timing.now());
    }

    @Override
    public CompletableFuture<End> ended() {
        return ended;
    }

    @Override
    public CompletableFuture<Void> stop() {
        LOG.info("Stopping: {} miners say goodbye.", lives.size());
        return CompletableFuture.allOf(lives.values().stream().map(Life::stop).toArray(CompletableFuture[]::new));
    }

    @Override
    public void registered(String minerId) {
        if (registered.add(minerId)) {
            unregistered.countDown();
        }
    }

    @Override
    public void away(String minerId, String why) {
        away.add(minerId);
        if (away.size() == 1) {
            LOG.warn("{}. The miners try again, at growing intervals.", why);
        }
    }

    @Override
    public void back(String minerId, Duration since) {
        if (away.remove(minerId) && away.isEmpty()) {
            LOG.info("The hub answers all miners again, the last after {} s.", since.toSeconds());
        }
    }

    @Override
    public void forgotten(String minerId, String why) {
        LOG.warn("The hub does not know {} ({}). Registering again.", minerId, why);
    }

    @Override
    public void gaveUp(String minerId, GivenUp reason, String detail) {
        ended.complete(new End(reason, minerId, detail));
    }
}
