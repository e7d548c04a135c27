package io.aitbc.poolhub.gpu;

import io.aitbc.gpu.device.GpuState;
import io.aitbc.gpu.health.Alert;
import io.aitbc.gpu.health.AlertChange;
import io.aitbc.gpu.health.AlertChange.Kind;
import io.aitbc.gpu.health.HealthState;
import io.aitbc.gpu.remediation.CircuitBreaker.Trip;
import io.aitbc.poolhub.miner.FleetView;
import io.aitbc.poolhub.miner.MinerGpus;
import io.aitbc.poolhub.telemetry.SampleRows;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Judges the samples that came since the last sweep, and takes GPUs their next steps: all in one transaction, so that a
 * sweep that is killed has not happened.
 */
@Component
class HealthSweep {

    private static final Logger LOG = LoggerFactory.getLogger(HealthSweep.class);
    private static final Duration INTERVAL = Duration.ofSeconds(30);

    /**
     * What a sweep did.
     *
     * @param miners whose usable GPUs may have changed
     */
    record Swept(int samples, List<AlertChange> changes, Set<String> miners) {}

    private final SweepBook book;
    private final Gpus gpus;
    private final Alerts alerts;
    private final SampleRows samples;
    private final Remedies remedies;
    private final RuleSets rules;
    private final FleetView fleet;
    private final MinerGpus capacity;
    private final GpuSettings settings;
    private final Clock clock;
    private @Nullable Watch watch;
    private long sweeps = -1;

    HealthSweep(
            SweepBook book,
            Gpus gpus,
            Alerts alerts,
            SampleRows samples,
            Remedies remedies,
            RuleSets rules,
            FleetView fleet,
            MinerGpus capacity,
            GpuSettings settings,
            Clock clock) {
        this.book = book;
        this.gpus = gpus;
        this.alerts = alerts;
        this.samples = samples;
        this.remedies = remedies;
        this.rules = rules;
        this.fleet = fleet;
        this.capacity = capacity;
        this.settings = settings;
        this.clock = clock;
    }

    /** One sweep, in the caller's transaction. When that fails, {@link #forget()} must be called. */
    @Transactional(propagation = Propagation.MANDATORY)
    public Swept sweep() {
        SweepBook.Place place = book.lock();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        rules.refresh();
        Watch here = upTo(place, now);
        String to = samples.horizon();
        samples.xidsWritten(place.seenXid(), to).forEach(here::take);
        List<AlertChange> changes = new ArrayList<>();
        Set<String> told = new HashSet<>();
        int[] count = {0};
        samples.written(place.seenXid(), to, sample -> {
            count[0]++;
            told.add(sample.sample().device().uuid());
            changes.addAll(here.take(
                    sample,
                    stranger -> LOG.warn(
                            "{} claims {}, which belongs to another miner",
                            stranger.minerId(),
                            stranger.sample().device().uuid())));
        });
        changes.addAll(here.monitor.watchSilence(now, uuid -> isMinerAlive(here, uuid, now)));
        Map<String, String> minerOf = new HashMap<>();
        changes.forEach(change -> minerOf.put(change.alert().gpuUuid(), minerOf(here, change)));
        alerts.save(changes, minerOf);
        alerts.seen(
                told.stream().flatMap(uuid -> here.monitor.open(uuid).stream()).toList());
        told.forEach(uuid -> here.gpus.computeIfPresent(uuid, (id, gpu) -> here.foreseen(gpu, now)));
        Set<String> miners = remedy(here, told, changes, now);
        keep(here, told, changes);
        book.advance(to, now);
        sweeps = place.sweeps() + 1;
        return new Swept(count[0], changes, miners);
    }

    /** GPUs that were in ordinary service and have not been seen since an instant are gone. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void forgetGone(Instant since) {
        book.lock();
        List<String> gone = gpus.goneSince(since);
        if (!gone.isEmpty()) {
            LOG.info("{} GPUs have not been seen since {} and are forgotten.", gone.size(), since);
            gpus.forget(gone);
            book.drop(gone);
            book.interfere();
        }
    }

    /** What is remembered is no longer known to be true. */
    void forget() {
        watch = null;
        sweeps = -1;
    }

    private Watch upTo(SweepBook.Place place, Instant now) {
        Watch known = watch;
        if (known == null || sweeps != place.sweeps()) {
            known = Watch.rebuilt(rules.book(), INTERVAL, settings.quarantineMaxPct(), gpus, book, samples, place, now);
            watch = known;
        }
        return known;
    }

    private static String minerOf(Watch here, AlertChange change) {
        Gpu gpu = here.gpus.get(change.alert().gpuUuid());
        return gpu == null ? "" : gpu.minerId();
    }

    private boolean isMinerAlive(Watch here, String uuid, Instant now) {
        Gpu gpu = here.gpus.get(uuid);
        return gpu != null
                && fleet.find(gpu.minerId()).map(miner -> miner.isAlive(now)).orElse(false);
    }

    private Set<String> remedy(Watch here, Set<String> told, List<AlertChange> changes, Instant now) {
        here.measure();
        Map<String, List<Alert>> acting = alerts.acting();
        Set<String> candidates = new HashSet<>(acting.keySet());
        changes.forEach(change -> candidates.add(change.alert().gpuUuid()));
        here.gpus.values().stream()
                .filter(gpu -> gpu.state() != GpuState.HEALTHY)
                .forEach(gpu -> candidates.add(gpu.gpuUuid()));
        Set<String> miners = new HashSet<>();
        Set<String> changed = new HashSet<>(told);
        List<Trip> before = here.breaker.trips(now);
        Remedies.Use use = remedies.use();
        for (String uuid : candidates) {
            Gpu gpu = here.gpus.get(uuid);
            if (gpu == null) {
                continue;
            }
            Gpu next = remedies.proceed(gpu, here, acting, use, now);
            if (next.state() != gpu.state()) {
                LOG.info("{} of {}: {} to {}, {}", uuid, gpu.minerId(), gpu.state(), next.state(), next.stateCause());
                miners.add(gpu.minerId());
                changed.add(uuid);
                here.gpus.put(uuid, next);
            }
            if (!acting.containsKey(uuid)) {
                here.breaker.noLongerWanted(uuid);
            }
        }
        gpus.save(changed.stream()
                .filter(here.gpus::containsKey)
                .map(here.gpus::get)
                .toList());
        tell(before, here.breaker.trips(now));
        miners.forEach(miner -> capacity.out(miner, (int) here.gpus.values().stream()
                .filter(gpu -> gpu.minerId().equals(miner) && !gpu.state().isSellable())
                .count()));
        return miners;
    }

    /** A person is asked when the breaker holds something up. */
    private void tell(List<Trip> before, List<Trip> after) {
        if (before.equals(after)) {
            return;
        }
        book.trips(after);
        for (Trip trip : after) {
            LOG.warn(
                    "The circuit breaker holds {} quarantines of {} up: {} within an hour are allowed. Look at GET"
                            + " /v1/gpus/breaker; POST /v1/gpus/breaker/reset lets them go.",
                    trip.held().size(),
                    trip.group(),
                    trip.allowed());
        }
    }

    private void keep(Watch here, Set<String> told, List<AlertChange> changes) {
        Set<String> touched = new HashSet<>(told);
        changes.forEach(change -> touched.add(change.alert().gpuUuid()));
        List<HealthState> states = new ArrayList<>();
        Set<String> quiet = new HashSet<>();
        for (String uuid : touched) {
            here.monitor.state(uuid).ifPresent(state -> {
                if (!state.isQuiet()) {
                    states.add(state);
                } else if (here.kept.remove(uuid)) {
                    quiet.add(uuid);
                }
            });
        }
        states.forEach(state -> here.kept.add(state.gpuUuid()));
        book.keep(states);
        book.drop(quiet);
    }

    /** How many alerts of a kind a sweep brought. */
    static long count(Swept swept, Kind kind) {
        return swept.changes().stream().filter(change -> change.kind() == kind).count();
    }
}
