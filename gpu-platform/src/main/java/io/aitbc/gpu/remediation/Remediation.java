package io.aitbc.gpu.remediation;

import io.aitbc.gpu.device.GpuState;
import io.aitbc.gpu.health.Alert;
import io.aitbc.gpu.remediation.Situation.CommandProgress;
import io.aitbc.gpu.remediation.Step.Trigger;
import io.aitbc.gpu.rules.Action;
import io.aitbc.gpu.rules.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Decides the next step of a GPU from its situation alone: asked twice, or after a crash, it decides the same. What has to
 * happen with a step (a command to the miner, jobs to move) follows from the state that is entered and is the host's to do.
 */
public final class Remediation {

    /**
     * How patient it is.
     *
     * @param throttleHelps how long a throttle that was done may take to end the alert
     * @param drains how long work may take to stop
     * @param validates how long a GPU must show no error after a quarantine
     * @param proves how long it then gets only short, preemptible work
     */
    public record Patience(Duration throttleHelps, Duration drains, Duration validates, Duration proves) {

        /** 10 min, 10 min, 30 min, 24 h. */
        public static Patience standard() {
            return new Patience(
                    Duration.ofMinutes(10), Duration.ofMinutes(10), Duration.ofMinutes(30), Duration.ofHours(24));
        }

        /** @throws IllegalArgumentException when one is negative */
        public Patience {
            if (throttleHelps.isNegative() || drains.isNegative() || validates.isNegative() || proves.isNegative()) {
                throw new IllegalArgumentException("durations must not be negative");
            }
        }
    }

    private final Patience patience;

    public Remediation(Patience patience) {
        this.patience = patience;
    }

    /**
     * The next step; empty when the GPU stays as it is.
     *
     * @param mayQuarantine asked only when the GPU is to be taken out of use by a rule; see {@link CircuitBreaker}
     */
    public Optional<Step> next(Situation now, Instant at, BooleanSupplier mayQuarantine) {
        return switch (now.state()) {
            case HEALTHY, DEGRADED -> inService(now, mayQuarantine);
            case THROTTLED -> throttled(now, at, mayQuarantine);
            case DRAINING -> draining(now, at, mayQuarantine);
            case QUARANTINED -> quarantined(now);
            case VALIDATING -> validating(now, at);
            case PROBATION -> onProbation(now, at, mayQuarantine);
        };
    }

    private static Optional<Step> inService(Situation now, BooleanSupplier mayQuarantine) {
        Optional<Alert> worst = worst(now);
        if (worst.isEmpty()) {
            return now.state() == GpuState.DEGRADED
                    ? step(now, GpuState.HEALTHY, Trigger.ALERTS_OVER, "all alerts are over")
                    : Optional.empty();
        }
        Alert alert = worst.get();
        return switch (alert.action()) {
            case QUARANTINE -> {
                if (mayQuarantine.getAsBoolean()) {
                    yield step(now, GpuState.QUARANTINED, Trigger.ALERT, cause(alert));
                }
                yield degrade(now, alert);
            }
            case PREEMPT -> step(now, GpuState.DRAINING, Trigger.ALERT, cause(alert));
            case THROTTLE -> step(now, GpuState.THROTTLED, Trigger.ALERT, cause(alert));
            case NOTIFY -> degrade(now, alert);
            case RECORD -> Optional.empty();
        };
    }

    private static Optional<Step> degrade(Situation now, Alert alert) {
        return now.state() == GpuState.HEALTHY
                ? step(now, GpuState.DEGRADED, Trigger.ALERT, cause(alert))
                : Optional.empty();
    }

    private Optional<Step> throttled(Situation now, Instant at, BooleanSupplier mayQuarantine) {
        Optional<Alert> worst = worst(now);
        Action wanted = worst.map(Alert::action).orElse(Action.RECORD);
        if (wanted == Action.QUARANTINE && mayQuarantine.getAsBoolean()) {
            return step(now, GpuState.QUARANTINED, Trigger.ALERT, cause(worst.orElseThrow()));
        }
        if (wanted == Action.PREEMPT) {
            return step(now, GpuState.DRAINING, Trigger.ALERT, cause(worst.orElseThrow()));
        }
        if (wanted.compareTo(Action.THROTTLE) < 0) {
            GpuState to = worst.isPresent() ? GpuState.DEGRADED : GpuState.HEALTHY;
            return step(now, to, Trigger.ALERTS_OVER, "it has cooled down");
        }
        if (now.command() == CommandProgress.FAILED || now.command() == CommandProgress.IGNORED) {
            String how = now.command() == CommandProgress.FAILED ? "could not" : "did not";
            return step(now, GpuState.DRAINING, Trigger.COMMAND_FAILED, "the miner " + how + " throttle it");
        }
        return now.command() == CommandProgress.DONE && isOver(now.since(), patience.throttleHelps(), at)
                ? step(
                        now,
                        GpuState.DRAINING,
                        Trigger.THROTTLE_IN_VAIN,
                        "throttling did not end " + cause(worst.orElseThrow()))
                : Optional.empty();
    }

    private Optional<Step> draining(Situation now, Instant at, BooleanSupplier mayQuarantine) {
        Optional<Alert> worst = worst(now);
        Action wanted = worst.map(Alert::action).orElse(Action.RECORD);
        if (wanted == Action.QUARANTINE && mayQuarantine.getAsBoolean()) {
            return step(now, GpuState.QUARANTINED, Trigger.ALERT, cause(worst.orElseThrow()));
        }
        if (now.working() && isOver(now.since(), patience.drains(), at)) {
            return mayQuarantine.getAsBoolean()
                    ? step(now, GpuState.QUARANTINED, Trigger.WORK_NOT_STOPPED, "its work did not stop in time")
                    : Optional.empty();
        }
        if (!now.working() && wanted.compareTo(Action.THROTTLE) < 0) {
            GpuState to = worst.isPresent() ? GpuState.DEGRADED : GpuState.HEALTHY;
            return step(now, to, Trigger.DRAINED, "its work was moved away and the trouble is over");
        }
        return Optional.empty();
    }

    private static Optional<Step> quarantined(Situation now) {
        boolean quiet = now.tells() && now.open().stream().noneMatch(alert -> alert.severity() == Severity.CRITICAL);
        // Whom a person took out only a person brings back.
        return quiet && !now.byOperator()
                ? step(now, GpuState.VALIDATING, Trigger.QUIET, "its telemetry shows no critical trouble any more")
                : Optional.empty();
    }

    private Optional<Step> validating(Situation now, Instant at) {
        Optional<Alert> worst = worst(now).filter(alert -> alert.severity() == Severity.CRITICAL);
        if (worst.isPresent()) {
            // No breaker: it is out of use already.
            return step(now, GpuState.QUARANTINED, Trigger.TROUBLE_AGAIN, cause(worst.get()));
        }
        return now.tells() && isOver(now.since(), patience.validates(), at)
                ? step(now, GpuState.PROBATION, Trigger.VALIDATED, "no new error in " + minutes(patience.validates()))
                : Optional.empty();
    }

    private Optional<Step> onProbation(Situation now, Instant at, BooleanSupplier mayQuarantine) {
        Optional<Alert> worst = worst(now).filter(alert -> alert.severity() == Severity.CRITICAL);
        if (worst.isPresent()) {
            return mayQuarantine.getAsBoolean()
                    ? step(now, GpuState.QUARANTINED, Trigger.TROUBLE_AGAIN, cause(worst.get()))
                    : Optional.empty();
        }
        return isOver(now.since(), patience.proves(), at)
                ? step(now, GpuState.HEALTHY, Trigger.PROVEN, "no critical trouble in " + minutes(patience.proves()))
                : Optional.empty();
    }

    private static Optional<Alert> worst(Situation now) {
        return now.open().stream()
                .filter(alert -> alert.action() != Action.RECORD)
                .max(Comparator.comparing(Alert::action).thenComparing(Alert::firedAt, Comparator.reverseOrder()));
    }

    private static boolean isOver(Instant since, Duration patience, Instant at) {
        return !since.plus(patience).isAfter(at);
    }

    private static Optional<Step> step(Situation now, GpuState to, Trigger trigger, String cause) {
        return Optional.of(new Step(now.state(), to, trigger, cause));
    }

    private static String cause(Alert alert) {
        String value = alert.worst() == null ? "" : " (" + trimmed(alert.worst()) + ")";
        return alert.rule() + value;
    }

    private static String trimmed(double value) {
        // To the hundredth: more is noise to whoever reads it.
        double rounded = Math.rint(value * 100) / 100;
        return rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
    }

    private static String minutes(Duration duration) {
        return duration.toMinutes() + " min";
    }
}
