package io.aitbc.gpu.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.gpu.device.GpuDevice;
import io.aitbc.gpu.rules.RuleFile;
import io.aitbc.gpu.rules.RuleSet;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.Signal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A rule set is tried on the past, or in the shadow, before it is let loose. */
class ReplayTest {

    @Test
    void saysWhichGpusAProposedRuleSetWouldHaveTouched() throws Exception {
        Replay strict = new Replay(
                RuleFile.read(
                        RuleFile.standardText().replace("at_least: 80, clears_at: 77", "at_least: 60, clears_at: 57")),
                Duration.ofSeconds(10));
        Replay asIs = new Replay(RuleSet.standard(), Duration.ofSeconds(10));
        for (int gpu = 0; gpu < 10; gpu++) {
            for (int i = 0; i < 100; i++) {
                GpuSample sample = GpuSample.of(
                                GpuDevice.of("GPU-" + gpu, "NVIDIA L40S"), Watched.START.plusSeconds(10L * i))
                        .set(Signal.TEMPERATURE, gpu < 3 ? 65 : 50)
                        .build();
                strict.take(sample);
                asIs.take(sample);
            }
        }
        assertThat(asIs.touched()).isEmpty();
        assertThat(strict.samples()).isEqualTo(1_000);
        assertThat(strict.touched()).singleElement().satisfies(touched -> {
            assertThat(touched.rule()).isEqualTo("THERMAL_WARNING");
            assertThat(touched.gpus()).containsExactly("GPU-0", "GPU-1", "GPU-2");
            assertThat(touched.alerts()).isEqualTo(3);
        });
    }

    @Test
    void aShadowRuleFiresButIsMarkedAndIsNoCriticalAlert() throws Exception {
        String shadowed = RuleFile.standardText().replace("""
                    action: THROTTLE
                """, """
                    action: THROTTLE
                    shadow: true
                """);
        assertThat(shadowed).contains("shadow: true\n    severity");
        Watched gpu = new Watched("NVIDIA L40S", RuleFile.read(shadowed)).with(Signal.TEMPERATURE, 90);
        gpu.keep(60, 10);
        assertThat(gpu.fired()).contains("THERMAL_CRITICAL");
        assertThat(gpu.monitor.open(Watched.UUID))
                .filteredOn(alert -> alert.rule().equals("THERMAL_CRITICAL"))
                .allMatch(Alert::shadow);
        assertThat(gpu.monitor.hasCritical(Watched.UUID)).isFalse();
    }
}
