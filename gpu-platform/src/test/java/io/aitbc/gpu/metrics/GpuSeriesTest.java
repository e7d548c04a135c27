package io.aitbc.gpu.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.aitbc.gpu.device.GpuDevice;
import io.aitbc.gpu.device.GpuState;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.Signal;
import io.aitbc.gpu.telemetry.ThrottleReason;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a scrape shows of GPUs. */
class GpuSeriesTest {

    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

    @Test
    void seriesHaveTheNamesTypesAndUnitsOfTheSpecification() {
        GpuSample sample = GpuSample.of(GpuDevice.of("GPU-a", "NVIDIA L40S"), NOW)
                .set(Signal.TEMPERATURE, 61)
                .set(Signal.ECC_CORRECTED, 7)
                .set(Signal.ENERGY, 2_500)
                .build();
        String text = scrape(
                new GpuReading("GPU-a", "m-1", "NVIDIA L40S", 0, GpuState.HEALTHY, sample),
                new GpuReading("GPU-b", "m-1", "NVIDIA L40S", 1, GpuState.QUARANTINED, null));
        String labels = "{gpu=\"0\",miner_id=\"m-1\",model=\"NVIDIA L40S\",uuid=\"GPU-a\"}";
        assertThat(text)
                .contains("# TYPE gpu_temperature_celsius gauge")
                .contains("gpu_temperature_celsius" + labels + " 61.0")
                .contains("# TYPE gpu_ecc_errors_correctable_total counter")
                .contains("gpu_ecc_errors_correctable_total" + labels + " 7.0")
                .contains("gpu_energy_joules_total" + labels + " 2.5")
                .contains("cluster_gpus_total 2.0")
                .contains("cluster_gpus_available 1.0")
                .contains("cluster_gpus_unhealthy 1.0")
                .contains("state=\"quarantined\"");
        assertThat(text.lines().filter(line -> line.contains("GPU-b")))
                .as("its state and its risk; what was not said is no series")
                .hasSize(2);
        assertThat(text).doesNotContain("gpu_power_watts{");
    }

    @Test
    void whatARuleOfPrometheusJudgesByIsTheRatedPowerTheAgeOfTheLastSampleAndTheReasonOfSlowClocks() {
        GpuSample sample = GpuSample.of(GpuDevice.of("GPU-a", "NVIDIA L40S"), NOW)
                .throttleReasons(Set.of(ThrottleReason.HW_SLOWDOWN, ThrottleReason.SW_POWER_CAP))
                .build();
        String text = scrape(
                new GpuReading(
                        "GPU-a", "m-1", "NVIDIA L40S", 0, GpuState.HEALTHY, sample, 0, Double.NaN, false, NOW, 350),
                new GpuReading("GPU-b", "m-1", null, 1, GpuState.HEALTHY, null, 0, Double.NaN, false, NOW, Double.NaN));
        assertThat(text.lines().filter(line -> line.startsWith("gpu_throttle_active{")))
                .as("at its power limit a busy GPU belongs")
                .singleElement(STRING)
                .contains("reason=\"hw_slowdown\"")
                .endsWith(" 1.0");
        assertThat(text.lines().filter(line -> line.startsWith("gpu_board_power_watts{")))
                .singleElement(STRING)
                .contains("GPU-a")
                .endsWith(" 350.0");
        assertThat(text.lines().filter(line -> line.startsWith("gpu_last_sample_timestamp_seconds{")))
                .as("also of one that says nothing any more")
                .hasSize(2)
                .allMatch(line -> line.endsWith(" 1.7723232E9"));
    }

    private static String scrape(GpuReading... fleet) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        MultiCollector collector = () -> new MetricSnapshots(GpuSeries.of(List.of(fleet)));
        registry.getPrometheusRegistry().register(collector);
        return registry.scrape();
    }
}
