package io.aitbc.poolhub.gpu;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.gpu.device.GpuState;
import io.aitbc.gpu.health.Alert;
import io.aitbc.gpu.remediation.Remediation;
import io.aitbc.gpu.remediation.Situation;
import io.aitbc.gpu.remediation.Situation.CommandProgress;
import io.aitbc.gpu.remediation.Step;
import io.aitbc.gpu.rules.RuleBook;
import io.aitbc.gpu.telemetry.Signal;
import io.aitbc.poolhub.miner.FleetMiner;
import io.aitbc.poolhub.miner.FleetView;
import io.aitbc.poolhub.telemetry.Command;
import io.aitbc.poolhub.telemetry.CommandBook;
import io.aitbc.poolhub.telemetry.SampleRows;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/** Takes GPUs their next step, and gives the commands that go with it. */
@Component
class Remedies {

    private static final Duration TELLS = Duration.ofMinutes(5);
    private static final int MOST_STEPS = 4;
    private static final String ACTOR = "rules";

    private final SweepBook book;
    private final CommandBook commands;
    private final SampleRows samples;
    private final FleetView fleet;
    private final GpuLeases leases;
    private final RuleBook rules;
    private final GpuSettings settings;
    private final Remediation remediation;
    private final ApplicationEventPublisher events;

    Remedies(
            SweepBook book,
            CommandBook commands,
            SampleRows samples,
            FleetView fleet,
            GpuLeases leases,
            RuleBook rules,
            GpuSettings settings,
            ApplicationEventPublisher events) {
        this.book = book;
        this.commands = commands;
        this.samples = samples;
        this.fleet = fleet;
        this.leases = leases;
        this.rules = rules;
        this.settings = settings;
        this.remediation = new Remediation(settings.patience());
        this.events = events;
    }

    /**
     * Which GPUs are in use.
     *
     * @param jobs the pool's job on each GPU
     * @param jobsByMiner the pool's jobs that each miner has
     */
    record Use(Map<String, String> jobs, Map<String, Integer> jobsByMiner) {

        /** Of jobs that are not the pool's it is not known which GPUs they use: any may be in use. */
        boolean mayWork(Gpu gpu, int told) {
            return jobs.containsKey(gpu.gpuUuid()) || told > jobsByMiner.getOrDefault(gpu.minerId(), 0);
        }
    }

    /** Who uses what now. */
    Use use() {
        return new Use(leases.all(), leases.jobsByMiner());
    }

    /** The GPU after all steps that are due. */
    Gpu proceed(Gpu before, Watch watch, Map<String, List<Alert>> acting, Use use, Instant now) {
        Gpu gpu = before;
        List<Alert> open = acting.getOrDefault(gpu.gpuUuid(), List.of());
        for (int i = 0; i < MOST_STEPS; i++) {
            Gpu current = gpu;
            Optional<Step> step = remediation.next(
                    situation(gpu, open, use, now),
                    now,
                    () -> watch.breaker.tryQuarantine(current.gpuUuid(), current.groups(), now));
            if (step.isEmpty()) {
                break;
            }
            gpu = go(gpu, step.get(), now);
        }
        return gpu;
    }

    private Situation situation(Gpu gpu, List<Alert> open, Use use, Instant now) {
        FleetMiner miner = fleet.find(gpu.minerId()).orElse(null);
        boolean tells = gpu.lastSampleAt().plus(TELLS).isAfter(now);
        return new Situation(
                gpu.gpuUuid(),
                gpu.state(),
                gpu.stateSince(),
                gpu.byOperator(),
                open,
                gpu.state() == GpuState.THROTTLED ? progress(gpu, now) : CommandProgress.NONE,
                miner != null && miner.isAlive(now) && use.mayWork(gpu, miner.currentJobs()),
                tells);
    }

    private CommandProgress progress(Gpu gpu, Instant now) {
        return commands.last(gpu.gpuUuid(), "throttle")
                .filter(given -> !given.createdAt().isBefore(gpu.stateSince()))
                .map(given -> switch (given.state()) {
                    case "DONE" -> CommandProgress.DONE;
                    case "PENDING" ->
                        given.createdAt().plus(settings.commandPatience()).isAfter(now)
                                ? CommandProgress.WAITING
                                : CommandProgress.IGNORED;
                    default -> CommandProgress.FAILED;
                })
                .orElse(CommandProgress.FAILED);
    }

    private Gpu go(Gpu gpu, Step step, Instant now) {
        book.record(gpu, step, now, ACTOR);
        if (step.from() == GpuState.THROTTLED) {
            boolean lowered = commands.last(gpu.gpuUuid(), "throttle")
                    .map(given -> given.state().equals("DONE"))
                    .orElse(false);
            commands.withdraw(gpu.gpuUuid());
            if (lowered) {
                give(gpu, "unthrottle", null, step.cause(), now);
            }
        }
        if (step.to() == GpuState.THROTTLED) {
            commands.withdraw(gpu.gpuUuid());
            power(gpu)
                    .ifPresent(watts -> give(
                            gpu,
                            "throttle",
                            (int) Math.round(watts * settings.throttlePct() / 100),
                            step.cause(),
                            now));
        }
        if (step.to() == GpuState.DRAINING || step.to() == GpuState.QUARANTINED) {
            events.publishEvent(new GpuEvents.WorkMustMove(gpu.gpuUuid(), gpu.minerId(), step.cause()));
        }
        return gpu.in(step.to(), now, step.cause(), false);
    }

    private void give(Gpu gpu, String type, @Nullable Integer watts, String reason, Instant now) {
        commands.give(new Command(
                UuidCreator.getTimeOrderedEpoch(), gpu.minerId(), type, gpu.gpuUuid(), null, null, watts, reason, now));
    }

    /** The rated power of the board, else the limit that the GPU itself reports. */
    private Optional<Double> power(Gpu gpu) {
        double rated = rules.current().forModel(gpu.model()).boardPowerWatts();
        if (!Double.isNaN(rated)) {
            return Optional.of(rated);
        }
        double[] limit = {Double.NaN};
        samples.at(
                Map.of(gpu.gpuUuid(), gpu.lastSampleAt()),
                told -> limit[0] = told.sample().value(Signal.POWER_LIMIT));
        return Double.isNaN(limit[0]) ? Optional.empty() : Optional.of(limit[0]);
    }
}
