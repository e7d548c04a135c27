package io.aitbc.gpu.remediation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aitbc.gpu.device.GpuState;
import io.aitbc.gpu.health.Alert;
import io.aitbc.gpu.remediation.Remediation.Patience;
import io.aitbc.gpu.remediation.Situation.CommandProgress;
import io.aitbc.gpu.remediation.Step.Trigger;
import io.aitbc.gpu.rules.Action;
import io.aitbc.gpu.rules.Severity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is done about a GPU, step by step. */
class RemediationTest {

    private static final Instant T0 = Instant.parse("2026-03-01T00:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Remediation remediation = new Remediation(Patience.standard());
    private boolean permitted = true;
    private CommandProgress command = CommandProgress.NONE;
    private boolean working;
    private boolean tells = true;
    private boolean byOperator;

    @Test
    void aWarningDegradesAndItsEndHeals() {
        assertThat(next(GpuState.HEALTHY, T0, alert("THERMAL_WARNING", Action.NOTIFY)))
                .hasValueSatisfying(step -> {
                    assertThat(step.to()).isEqualTo(GpuState.DEGRADED);
                    assertThat(step.cause()).isEqualTo("THERMAL_WARNING (88)");
                });
        assertThat(next(GpuState.DEGRADED, T0, alert("THERMAL_WARNING", Action.NOTIFY)))
                .isEmpty();
        assertThat(next(GpuState.DEGRADED, T0)).map(Step::to).contains(GpuState.HEALTHY);
    }

    @Test
    void theStrongestActionDecides() {
        Optional<Step> step = next(
                GpuState.HEALTHY,
                T0,
                alert("THERMAL_CRITICAL", Action.THROTTLE),
                alert("ECC_UNCORRECTABLE", Action.QUARANTINE),
                alert("POWER_CRITICAL", Action.PREEMPT));
        assertThat(step).map(Step::to).contains(GpuState.QUARANTINED);
    }

    @Test
    void aThrottleThatHelpsEndsWithTheAlert() {
        Alert hot = alert("THERMAL_CRITICAL", Action.THROTTLE);
        assertThat(next(GpuState.DEGRADED, T0, hot)).map(Step::to).contains(GpuState.THROTTLED);
        command = CommandProgress.WAITING;
        assertThat(next(GpuState.THROTTLED, T0.plus(MINUTE), hot)).isEmpty();
        command = CommandProgress.DONE;
        assertThat(next(GpuState.THROTTLED, T0.plus(MINUTE), hot)).isEmpty();
        assertThat(next(GpuState.THROTTLED, T0.plus(MINUTE)).map(Step::to)).contains(GpuState.HEALTHY);
        assertThat(next(GpuState.THROTTLED, T0.plus(MINUTE), alert("THERMAL_WARNING", Action.NOTIFY))
                        .map(Step::to))
                .contains(GpuState.DEGRADED);
    }

    @Test
    void aThrottleThatIsIgnoredOrFailsOrDoesNotHelpEscalates() {
        Alert hot = alert("THERMAL_CRITICAL", Action.THROTTLE);
        command = CommandProgress.IGNORED;
        assertThat(next(GpuState.THROTTLED, T0, hot)).hasValueSatisfying(step -> {
            assertThat(step.to()).isEqualTo(GpuState.DRAINING);
            assertThat(step.cause()).isEqualTo("the miner did not throttle it");
        });
        command = CommandProgress.FAILED;
        assertThat(next(GpuState.THROTTLED, T0, hot)).map(Step::trigger).contains(Trigger.COMMAND_FAILED);
        command = CommandProgress.DONE;
        assertThat(next(GpuState.THROTTLED, T0.plus(MINUTE.multipliedBy(9)), hot))
                .isEmpty();
        assertThat(next(GpuState.THROTTLED, T0.plus(MINUTE.multipliedBy(10)), hot))
                .map(Step::trigger)
                .contains(Trigger.THROTTLE_IN_VAIN);
    }

    @Test
    void aPreemptDrainsUntilTheWorkIsGoneAndTheTroubleToo() {
        Alert power = alert("POWER_CRITICAL", Action.PREEMPT);
        assertThat(next(GpuState.HEALTHY, T0, power)).map(Step::to).contains(GpuState.DRAINING);
        working = true;
        assertThat(next(GpuState.DRAINING, T0.plus(MINUTE))).isEmpty();
        working = false;
        assertThat(next(GpuState.DRAINING, T0.plus(MINUTE), power)).isEmpty();
        assertThat(next(GpuState.DRAINING, T0.plus(MINUTE))).map(Step::to).contains(GpuState.HEALTHY);
        working = true;
        assertThat(next(GpuState.DRAINING, T0.plus(MINUTE.multipliedBy(10)), power))
                .map(Step::trigger)
                .contains(Trigger.WORK_NOT_STOPPED);
    }

    @Test
    void aQuarantineEndsInAValidationAndAProbation() {
        Alert ecc = alert("ECC_UNCORRECTABLE", Action.QUARANTINE);
        assertThat(next(GpuState.QUARANTINED, T0.plus(Duration.ofDays(9)), ecc)).isEmpty();
        tells = false;
        assertThat(next(GpuState.QUARANTINED, T0)).as("silence is no proof").isEmpty();
        tells = true;
        assertThat(next(GpuState.QUARANTINED, T0)).map(Step::to).contains(GpuState.VALIDATING);
        assertThat(next(GpuState.VALIDATING, T0.plus(MINUTE.multipliedBy(29)))).isEmpty();
        assertThat(next(GpuState.VALIDATING, T0.plus(MINUTE.multipliedBy(30))))
                .map(Step::to)
                .contains(GpuState.PROBATION);
        permitted = false;
        assertThat(next(GpuState.VALIDATING, T0, ecc))
                .as("a breaker does not hold this up")
                .map(Step::to)
                .contains(GpuState.QUARANTINED);
        assertThat(next(GpuState.PROBATION, T0.plus(Duration.ofHours(23)))).isEmpty();
        assertThat(next(GpuState.PROBATION, T0.plus(Duration.ofHours(24))))
                .map(Step::to)
                .contains(GpuState.HEALTHY);
    }

    @Test
    void whomAnOperatorTookOutOnlyAnOperatorBringsBack() {
        byOperator = true;
        assertThat(next(GpuState.QUARANTINED, T0.plus(Duration.ofDays(9)))).isEmpty();
        assertThat(new Step(GpuState.QUARANTINED, GpuState.HEALTHY, Trigger.OPERATOR, "looked at it").to())
                .isEqualTo(GpuState.HEALTHY);
    }

    @Test
    void aTrippedBreakerKeepsTheGpuInServiceButDegraded() {
        permitted = false;
        Alert ecc = alert("ECC_UNCORRECTABLE", Action.QUARANTINE);
        assertThat(next(GpuState.HEALTHY, T0, ecc)).map(Step::to).contains(GpuState.DEGRADED);
        assertThat(next(GpuState.DEGRADED, T0, ecc)).isEmpty();
        permitted = true;
        assertThat(next(GpuState.DEGRADED, T0, ecc)).map(Step::to).contains(GpuState.QUARANTINED);
    }

    @Test
    void everyStateHasAWayOnAndNoneThatDoesNotExist() {
        for (GpuState state : GpuState.values()) {
            assertThat(Lifecycle.next(state)).as(state.name()).isNotEmpty();
        }
        Set<GpuState> reached = EnumSet.noneOf(GpuState.class);
        for (GpuState state : GpuState.values()) {
            reached.addAll(Lifecycle.next(state));
        }
        assertThat(reached).containsExactlyInAnyOrder(GpuState.values());
        assertThatThrownBy(() -> new Step(GpuState.QUARANTINED, GpuState.HEALTHY, Trigger.ALERTS_OVER, "no"))
                .hasMessage("no GPU goes from QUARANTINED to HEALTHY by ALERTS_OVER");
    }

    private Optional<Step> next(GpuState state, Instant at, Alert... open) {
        Situation now = new Situation("GPU-1", state, T0, byOperator, List.of(open), command, working, tells);
        Optional<Step> once = remediation.next(now, at, () -> permitted);
        assertThat(remediation.next(now, at, () -> permitted)).as("asked twice").isEqualTo(once);
        return once;
    }

    private static Alert alert(String rule, Action action) {
        Severity severity = action == Action.NOTIFY ? Severity.WARNING : Severity.CRITICAL;
        return new Alert(
                UUID.nameUUIDFromBytes(rule.getBytes(StandardCharsets.UTF_8)),
                "GPU-1",
                rule,
                severity,
                action,
                false,
                T0,
                T0,
                T0,
                null,
                88.0,
                0,
                null);
    }
}
