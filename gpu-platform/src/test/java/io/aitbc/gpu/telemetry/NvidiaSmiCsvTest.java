package io.aitbc.gpu.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aitbc.gpu.telemetry.NvidiaSmiFields.Meaning;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What nvidia-smi really prints. */
class NvidiaSmiCsvTest {

    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

    private static final String EIGHT = """
            uuid, name, index, pci.bus_id, temperature.gpu, power.draw [W], utilization.gpu [%], memory.used [MiB], mig.mode.current
            GPU-a, NVIDIA A100-SXM4-80GB, 0, 00000000:07:00.0, 61, 311.25, 99, 70123, Disabled
            GPU-b, NVIDIA A100-SXM4-80GB, 1, 00000000:0F:00.0, 34, 60.01, [N/A], 87, Enabled
            GPU-c, NVIDIA A100-SXM4-80GB, 2, 00000000:47:00.0, [Unknown Error], [Unknown Error], [GPU requires reset], 0, Disabled
            """;

    static List<Captures.Table> captures() {
        return Captures.tables();
    }

    @ParameterizedTest
    @MethodSource("captures")
    void everyColumnOfEveryCaptureIsAccountedFor(Captures.Table capture) throws TelemetryUnavailable {
        String[] header = capture.csv().lines().findFirst().orElseThrow().split(", ");
        assertThat(header.length).isGreaterThan(150);
        assertThat(NvidiaSmiCsv.unknownColumns(capture.csv())).isEmpty();
        assertThat(List.of(header))
                .filteredOn(name -> NvidiaSmiFields.meaning(NvidiaSmiFields.canonical(name)) == Meaning.USED)
                .hasSizeGreaterThan(20);
    }

    @ParameterizedTest
    @MethodSource("captures")
    void everyValueIsWhatStandsThere(Captures.Table capture) throws TelemetryUnavailable {
        GpuSample sample = NvidiaSmiCsv.parse(capture.csv(), NOW).get(0);
        Map<Signal, String> columns = Map.ofEntries(
                Map.entry(Signal.TEMPERATURE, "temperature.gpu"),
                Map.entry(Signal.TEMPERATURE_MARGIN, "temperature.gpu.tlimit"),
                Map.entry(Signal.MEMORY_TEMPERATURE, "temperature.memory"),
                Map.entry(Signal.POWER, "power.draw"),
                Map.entry(Signal.POWER_LIMIT, "enforced.power.limit"),
                Map.entry(Signal.UTILIZATION, "utilization.gpu"),
                Map.entry(Signal.MEMORY_USED, "memory.used"),
                Map.entry(Signal.MEMORY_TOTAL, "memory.total"),
                Map.entry(Signal.SM_CLOCK, "clocks.current.sm"),
                Map.entry(Signal.ECC_CORRECTED, "ecc.errors.corrected.volatile.total"),
                Map.entry(Signal.ECC_UNCORRECTED, "ecc.errors.uncorrected.volatile.total"),
                Map.entry(Signal.REMAPPED_ROWS_CORRECTABLE, "remapped_rows.correctable"),
                Map.entry(Signal.REMAPPED_ROWS_UNCORRECTABLE, "remapped_rows.uncorrectable"));
        columns.forEach((signal, column) -> {
            String raw = capture.cell(column, 0);
            if (raw.contains("N/A")) {
                assertThat(sample.get(signal)).as(column).isEmpty();
            } else {
                assertThat(sample.value(signal))
                        .as(column)
                        .isEqualTo(Double.parseDouble(raw.replaceAll("[ %a-zA-Z]+$", "")));
            }
        });
        String pending = capture.cell("remapped_rows.pending", 0);
        assertThat(sample.has(Signal.ROW_REMAP_PENDING)).isEqualTo(!pending.contains("N/A"));
        long mask = Long.decode(capture.cell("clocks_event_reasons.active", 0));
        assertThat(sample.throttleMask()).isEqualTo((int) mask);
        assertThat(sample.recoveryAction()).contains(RecoveryAction.NONE);
        assertThat(sample.device().model()).isEqualTo(capture.cell("name", 0));
        assertThat(sample.device().driver()).isEqualTo(capture.cell("driver_version", 0));
        assertThat(sample.device().pciBusId()).isEqualTo(capture.cell("pci.bus_id", 0));
        assertThat(sample.device().uuid()).isEqualTo(capture.cell("uuid", 0));
        assertThat(sample.at()).isEqualTo(NOW);
    }

    @Test
    void whatTheDriverCannotTellIsAbsentNotZero() throws TelemetryUnavailable {
        List<GpuSample> samples = NvidiaSmiCsv.parse(EIGHT, NOW);
        assertThat(samples).hasSize(3);
        assertThat(samples.get(0).value(Signal.POWER)).isEqualTo(311.25);
        assertThat(samples.get(1).device().index()).isEqualTo(1);
        GpuSample lost = samples.get(2);
        assertThat(lost.get(Signal.TEMPERATURE)).isEmpty();
        assertThat(lost.get(Signal.POWER)).isEmpty();
        assertThat(lost.get(Signal.UTILIZATION)).isEmpty();
        assertThat(lost.value(Signal.MEMORY_USED)).isZero();
        assertThat(lost.throttleReasons()).as("not asked").isEmpty();
    }

    @Test
    void underMigThereIsNoOneUtilisation() throws TelemetryUnavailable {
        String csv = "uuid, utilization.gpu [%], memory.used [MiB], mig.mode.current\nGPU-a, 37, 5, Enabled\n";
        GpuSample sample = NvidiaSmiCsv.parse(csv, NOW).get(0);
        assertThat(sample.get(Signal.UTILIZATION)).isEmpty();
        assertThat(sample.value(Signal.MEMORY_USED)).isEqualTo(5);
    }

    @Test
    void windowsWritesItsLinesAnotherWay() throws TelemetryUnavailable {
        String csv = """
                uuid, name, driver_version, driver_model.current, power.draw [W], temperature.gpu, clocks_throttle_reasons.active
                GPU-w, NVIDIA GeForce RTX 4090, 560.94, WDDM, [N/A], 52, 0x0000000000000008
                """.replace("\n", "\r\n");
        GpuSample sample = NvidiaSmiCsv.parse(csv, NOW).get(0);
        assertThat(sample.get(Signal.POWER)).isEmpty();
        assertThat(sample.value(Signal.TEMPERATURE)).isEqualTo(52);
        assertThat(sample.throttleReasons()).contains(Set.of(ThrottleReason.HW_SLOWDOWN));
        assertThat(sample.device().driver()).isEqualTo("560.94");
    }

    @Test
    void theFirstColumnThatKnowsTheDrawDecides() throws TelemetryUnavailable {
        String csv = "uuid, power.draw [W], power.draw.instant [W], power.limit [W], enforced.power.limit [W]\n"
                + "GPU-a, [N/A], 88.50 W, 400.00 W, 250.00 W\n";
        GpuSample sample = NvidiaSmiCsv.parse(csv, NOW).get(0);
        assertThat(sample.value(Signal.POWER)).isEqualTo(88.5);
        assertThat(sample.value(Signal.POWER_LIMIT)).isEqualTo(250);
    }

    @Test
    void whatNoGpuCanMeanIsAbsent() throws TelemetryUnavailable {
        String csv =
                "uuid, temperature.gpu, utilization.gpu [%], ecc.errors.corrected.volatile.total\nGPU-a, 511, 101 %, 1.5\n";
        GpuSample sample = NvidiaSmiCsv.parse(csv, NOW).get(0);
        assertThat(sample.toString()).doesNotContain("=");
    }

    @Test
    void columnsOfANewerDriverAreNamedNotRefused() throws TelemetryUnavailable {
        String csv = "uuid, flux_capacitor.charge [GW], temperature.gpu\nGPU-a, 1.21 GW, 40\n";
        assertThat(NvidiaSmiCsv.unknownColumns(csv)).containsExactly("flux_capacitor.charge");
        assertThat(NvidiaSmiCsv.parse(csv, NOW).get(0).value(Signal.TEMPERATURE))
                .isEqualTo(40);
    }

    @Test
    void theDriversWishIsRead() throws TelemetryUnavailable {
        for (Map.Entry<String, RecoveryAction> wish : Map.of(
                        "None", RecoveryAction.NONE,
                        "Reset", RecoveryAction.GPU_RESET,
                        "GPU Reset", RecoveryAction.GPU_RESET,
                        "Reboot", RecoveryAction.NODE_REBOOT,
                        "Drain P2P", RecoveryAction.DRAIN_P2P,
                        "Drain and Reset", RecoveryAction.DRAIN_AND_RESET)
                .entrySet()) {
            String csv = "uuid, gpu_recovery_action\nGPU-a, " + wish.getKey() + "\n";
            assertThat(NvidiaSmiCsv.parse(csv, NOW).get(0).recoveryAction()).contains(wish.getValue());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "uuid, temperature.gpu\nGPU-a, 4",
                "uuid, temperature.gpu\nGPU-a\n",
                "uuid, temperature.gpu\nGPU-a, 40, 7\n",
                "uuid, temperature.gpu\nGPU-a, 40\nGPU-a, 41\n",
                "uuid, temperature.gpu\n[Unknown Error], 40\n",
                "uuid, temperature.gpu\n, 40\n",
                "temperature.gpu\n40\n",
                "Failed to initialize NVML: Driver/library version mismatch\n",
                "<html>\n"
            })
    void whatIsNoSuchTableIsRefusedAsAWhole(String text) {
        assertThatThrownBy(() -> NvidiaSmiCsv.parse(text, NOW)).isInstanceOf(TelemetryUnavailable.class);
    }

    @Property(tries = 3_000)
    void damagedAnswersAreReadAsAWholeOrRefused(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int blows) {
        String damaged = Damage.of(EIGHT, new Random(seed), blows);
        try {
            List<GpuSample> samples = NvidiaSmiCsv.parse(damaged, NOW);
            long rows = damaged.lines().filter(line -> !line.isBlank()).count() - 1;
            assertThat(samples).hasSize((int) rows);
        } catch (TelemetryUnavailable declared) {
            assertThat(declared).hasMessageMatching("(?s).{10,}");
        }
    }

    @Property(tries = 1_000)
    void anyTextIsRefusedOrRead(@ForAll @StringLength(max = 400) String text) {
        try {
            NvidiaSmiCsv.parse(text, NOW);
        } catch (TelemetryUnavailable declared) {
            assertThat(declared.getMessage()).isNotBlank();
        }
    }
}
