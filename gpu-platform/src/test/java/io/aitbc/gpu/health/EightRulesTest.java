package io.aitbc.gpu.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.gpu.rules.Action;
import io.aitbc.gpu.rules.Severity;
import io.aitbc.gpu.telemetry.Signal;
import io.aitbc.gpu.telemetry.ThrottleReason;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules at their exact levels and durations, on sample time. */
class EightRulesTest {

    private static final String A100 = "NVIDIA A100-SXM4-80GB";

    private record Gauge(Signal signal, double value) implements Consumer<Watched> {
        @Override
        public void accept(Watched gpu) {
            gpu.with(Signal.MEMORY_TOTAL, 81_920).with(signal, value);
        }

        @Override
        public String toString() {
            return signal.wireName() + "=" + value;
        }
    }

    static Stream<Arguments> gauges() {
        return Stream.of(
                Arguments.of("THERMAL_WARNING", Signal.TEMPERATURE, 80, 79.9, 60, Action.NOTIFY, Severity.WARNING),
                Arguments.of("THERMAL_CRITICAL", Signal.TEMPERATURE, 85.1, 85, 30, Action.THROTTLE, Severity.CRITICAL),
                Arguments.of("POWER_SPIKE", Signal.POWER, 400.1, 400, 45, Action.NOTIFY, Severity.WARNING),
                Arguments.of("POWER_CRITICAL", Signal.POWER, 450, 449.9, 20, Action.PREEMPT, Severity.CRITICAL),
                Arguments.of(
                        "MEMORY_PRESSURE", Signal.MEMORY_USED, 73_728, 73_727, 60, Action.NOTIFY, Severity.WARNING));
    }

    @ParameterizedTest(name = "{0}: {1} at {2} for {4} s")
    @MethodSource("gauges")
    void firesAtItsLevelAfterItsTime(
            String rule, Signal signal, double bad, double good, long seconds, Action action, Severity severity) {
        Watched gpu = new Watched(A100);
        new Gauge(signal, bad).accept(gpu);
        gpu.keep(seconds - 1, 1);
        assertThat(gpu.fired()).doesNotContain(rule);
        gpu.later(1).sample();
        assertThat(gpu.fired()).contains(rule);
        Alert alert = gpu.monitor.open(Watched.UUID).stream()
                .filter(open -> open.rule().equals(rule))
                .findFirst()
                .orElseThrow();
        assertThat(alert.action()).isEqualTo(action);
        assertThat(alert.severity()).isEqualTo(severity);
        assertThat(alert.since()).isEqualTo(Watched.START);
        assertThat(alert.firedAt()).isEqualTo(Watched.START.plusSeconds(seconds));
        assertThat(alert.worst()).isEqualTo(bad);
    }

    @ParameterizedTest(name = "{0}: {1} at {3} never")
    @MethodSource("gauges")
    void neverFiresBelowItsLevel(
            String rule, Signal signal, double bad, double good, long seconds, Action action, Severity severity) {
        Watched gpu = new Watched(A100);
        new Gauge(signal, good).accept(gpu);
        gpu.keep(3_600, 5);
        assertThat(gpu.fired()).doesNotContain(rule);
    }

    @Test
    void tenNewCorrectedErrorsWithinFiveMinutesAreASpike() {
        Watched gpu = new Watched(A100).with(Signal.ECC_CORRECTED, 5_000);
        gpu.sample();
        gpu.later(10).with(Signal.ECC_CORRECTED, 5_009).sample();
        assertThat(gpu.fired()).isEmpty();
        gpu.later(10).with(Signal.ECC_CORRECTED, 5_010).sample();
        assertThat(gpu.fired()).containsExactly("ECC_ERRORS_SPIKE");
        assertThat(gpu.monitor.open(Watched.UUID).get(0).worst()).isEqualTo(10);
    }

    @Test
    void tenErrorsOverMoreThanFiveMinutesAreNone() {
        Watched gpu = new Watched(A100).with(Signal.ECC_CORRECTED, 0);
        gpu.sample();
        for (int errors = 1; errors <= 30; errors++) {
            gpu.later(10).sample();
            gpu.later(10).sample();
            gpu.later(10).sample();
            gpu.later(5).with(Signal.ECC_CORRECTED, errors).sample();
        }
        assertThat(gpu.fired()).isEmpty();
    }

    @Test
    void oneNewUncorrectedErrorQuarantinesAtOnceAndAnOldOneNever() {
        Watched gpu = new Watched(A100).with(Signal.ECC_UNCORRECTED, 7);
        gpu.keep(600, 10);
        assertThat(gpu.fired()).isEmpty();
        gpu.later(10).with(Signal.ECC_UNCORRECTED, 8).sample();
        assertThat(gpu.fired()).containsExactly("ECC_UNCORRECTABLE");
        assertThat(gpu.monitor.open(Watched.UUID).get(0).action()).isEqualTo(Action.QUARANTINE);
        gpu.keep(600, 10);
        assertThat(gpu.open()).isEmpty();
        assertThat(gpu.fired()).hasSize(1);
    }

    @Test
    void heldDownClocksFireAfterThirtySecondsButNotAtTheOrdinaryPowerLimit() {
        Watched gpu = new Watched(A100).throttledBy(ThrottleReason.SW_POWER_CAP, ThrottleReason.GPU_IDLE);
        gpu.keep(600, 10);
        assertThat(gpu.fired()).isEmpty();
        gpu.later(10).throttledBy(ThrottleReason.HW_THERMAL_SLOWDOWN).sample();
        gpu.later(20).sample();
        assertThat(gpu.fired()).isEmpty();
        gpu.later(10).sample();
        assertThat(gpu.fired()).containsExactly("THROTTLING");
    }

    @ParameterizedTest(name = "{0}: spike above {1} W, critical from {2} W")
    @CsvSource({
        "NVIDIA A100-SXM4-80GB, 400, 450",
        "NVIDIA A100 80GB PCIe, 300, 337.5",
        "NVIDIA H100 80GB HBM3, 700, 787.5",
        "NVIDIA H100 PCIe, 350, 393.75",
        "NVIDIA H200, 700, 787.5",
        "NVIDIA L40S, 350, 393.75",
        "NVIDIA GeForce RTX 4090, 450, 506.25"
    })
    void powerIsJudgedByTheBoard(String model, double rated, double critical) {
        Watched atLimit = new Watched(model).with(Signal.POWER, rated);
        atLimit.keep(600, 10);
        assertThat(atLimit.fired()).isEmpty();
        Watched above = new Watched(model).with(Signal.POWER, rated + 0.5);
        above.keep(50, 5);
        assertThat(above.fired()).containsExactly("POWER_SPIKE");
        Watched far = new Watched(model).with(Signal.POWER, critical);
        far.keep(20, 5);
        assertThat(far.fired()).containsExactly("POWER_CRITICAL");
    }

    @Test
    void anUnknownModelIsJudgedByTheLimitThatItReports() {
        Watched gpu = new Watched("Acme Tensor 9").with(Signal.POWER_LIMIT, 200).with(Signal.POWER, 225);
        gpu.keep(20, 5);
        assertThat(gpu.fired()).containsExactly("POWER_CRITICAL");
        Watched silent = new Watched("Acme Tensor 9").with(Signal.POWER, 2_000);
        silent.keep(600, 10);
        assertThat(silent.fired()).as("without any limit nothing can be said").isEmpty();
    }

    @Test
    void aGeForceMayBeWarmer() {
        Watched gpu = new Watched("NVIDIA GeForce RTX 4090").with(Signal.TEMPERATURE, 85);
        gpu.keep(600, 10);
        assertThat(gpu.fired()).isEmpty();
        gpu.later(10).with(Signal.TEMPERATURE, 91).keep(60, 10);
        assertThat(gpu.fired()).contains("THERMAL_WARNING", "THERMAL_CRITICAL");
    }

    @Test
    void memoryIsJudgedByItsOwnSizeNotByAConstant() {
        Watched small = new Watched(A100).with(Signal.MEMORY_TOTAL, 24_576).with(Signal.MEMORY_USED, 22_200);
        small.keep(60, 10);
        assertThat(small.fired()).containsExactly("MEMORY_PRESSURE");
        Watched large = new Watched(A100).with(Signal.MEMORY_TOTAL, 143_771).with(Signal.MEMORY_USED, 40_000);
        large.keep(600, 10);
        assertThat(large.fired()).isEmpty();
    }
}
