package io.aitbc.poolhub.gpu;

import io.aitbc.gpu.device.GpuState;
import io.aitbc.gpu.remediation.Step;
import io.aitbc.gpu.remediation.Step.Trigger;
import io.aitbc.poolhub.miner.MinerGpus;
import io.aitbc.poolhub.telemetry.CommandBook;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** What people do about GPUs. Each waits for a sweep under way, and the next sweep sees it. */
@Service
public class GpuActions {

    private final Gpus gpus;
    private final Alerts alerts;
    private final SweepBook book;
    private final CommandBook commands;
    private final MinerGpus capacity;
    private final AuditLog audit;
    private final ApplicationEventPublisher events;
    private final Clock clock;
    private final Timer acknowledging;

    GpuActions(
            Gpus gpus,
            Alerts alerts,
            SweepBook book,
            CommandBook commands,
            MinerGpus capacity,
            AuditLog audit,
            ApplicationEventPublisher events,
            Clock clock,
            MeterRegistry meters) {
        this.acknowledging = Timer.builder("alert.acknowledge.duration")
                .description("From an alert's firing until a person looks after it")
                .serviceLevelObjectives(
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(15),
                        Duration.ofHours(1),
                        Duration.ofHours(4))
                .register(meters);
        this.gpus = gpus;
        this.alerts = alerts;
        this.book = book;
        this.commands = commands;
        this.capacity = capacity;
        this.audit = audit;
        this.events = events;
        this.clock = clock;
    }

    /** Takes a GPU out of use until a person releases it. Doing so twice changes nothing. */
    @Transactional
    public Gpu quarantine(Caller caller, String gpuUuid, String reason) {
        Gpu done = move(caller, gpuUuid, GpuState.QUARANTINED, reason);
        events.publishEvent(new GpuEvents.WorkMustMove(gpuUuid, done.minerId(), reason));
        return done;
    }

    /** Puts a GPU back to work. What is open about it asks for nothing any more, unless it comes back. */
    @Transactional
    public Gpu release(Caller caller, String gpuUuid, String reason) {
        Gpu done = move(caller, gpuUuid, GpuState.HEALTHY, reason);
        alerts.override(gpuUuid);
        return done;
    }

    private Gpu move(Caller caller, String gpuUuid, GpuState to, String reason) {
        book.lock();
        Gpu before = gpus.find(gpuUuid).orElseThrow(() -> unknown(gpuUuid));
        // What a rule put out of use it would also let back by itself.
        if (before.state() == to && (before.byOperator() || to != GpuState.QUARANTINED)) {
            return before;
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        // What was expected of it is no longer known.
        boolean moves = before.state() != to;
        Gpu after =
                before.in(to, moves ? now : before.stateSince(), reason, true).expected(0, null);
        if (moves) {
            book.record(before, new Step(before.state(), to, Trigger.OPERATOR, reason), now, caller.name());
        }
        gpus.save(List.of(after));
        commands.withdraw(gpuUuid);
        book.interfere();
        capacity.out(after.minerId(), (int) gpus.all().stream()
                .filter(gpu ->
                        gpu.minerId().equals(after.minerId()) && !gpu.state().isSellable())
                .count());
        String action = to == GpuState.QUARANTINED ? "gpu.quarantine" : "gpu.release";
        audit.record(caller, action, gpuUuid, Map.of("state", before.state()), Map.of("state", to, "reason", reason));
        return after;
    }

    /** Someone looks after it. The first who says so stays. */
    @Transactional
    public Alerts.View acknowledge(Caller caller, UUID alertId) {
        Alerts.View before = alerts.find(alertId)
                .orElseThrow(() -> Problem.notFound("unknown-alert", "There is no alert " + alertId + "."));
        if (before.acknowledgedAt() != null) {
            return before;
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        alerts.acknowledge(alertId, caller.name(), now);
        acknowledging.record(before.firedAt().isBefore(now) ? Duration.between(before.firedAt(), now) : Duration.ZERO);
        Alerts.View after = alerts.find(alertId).orElseThrow();
        audit.record(caller, "gpu.alert.acknowledge", alertId.toString(), null, Map.of("rule", after.rule()));
        return after;
    }

    /** Lets quarantines go that the breaker held up. */
    @Transactional
    public void resetBreaker(Caller caller) {
        book.lock();
        audit.record(caller, "gpu.breaker.reset", "breaker", book.trips(), null);
        book.resetBreaker(clock.instant());
    }

    /** After the commit: matching sees it at once. */
    public void shown(Gpu gpu) {
        capacity.changed(List.of(gpu.minerId()));
        commands.refresh();
    }

    static Problem unknown(String gpuUuid) {
        return Problem.notFound("unknown-gpu", "There is no GPU " + gpuUuid + " here.");
    }
}
