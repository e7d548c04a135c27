package io.aitbc.gpu.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What dcgm-exporter really serves. */
class DcgmTextTest {

    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

    private static final String TWO = """
            # HELP DCGM_FI_DEV_GPU_TEMP GPU temperature (in C).
            # TYPE DCGM_FI_DEV_GPU_TEMP gauge
            DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="GPU-a",pci_bus_id="00000000:07:00.0",device="nvidia0",modelName="NVIDIA H100 80GB HBM3",Hostname="n1"} 61
            DCGM_FI_DEV_GPU_TEMP{gpu="1",UUID="GPU-b",pci_bus_id="00000000:0F:00.0",device="nvidia1",modelName="NVIDIA H100 80GB HBM3",Hostname="n1"} 34
            DCGM_FI_DEV_FB_USED{gpu="0",UUID="GPU-a"} 70000
            DCGM_FI_DEV_FB_FREE{gpu="0",UUID="GPU-a"} 11089
            DCGM_FI_DEV_FB_RESERVED{gpu="0",UUID="GPU-a"} 470
            DCGM_FI_DEV_XID_ERRORS{gpu="1",UUID="GPU-b",err_code="31",err_msg="MMU \\"fault\\"\\n, \\\\"} 31 1767225600000
            SOMETHING_ELSE 4
            """;

    static List<Path> scrapes() {
        return Captures.scrapes();
    }

    @ParameterizedTest
    @MethodSource("scrapes")
    void everySeriesOfARealScrapeIsAccountedFor(Path scrape) throws Exception {
        String body = Files.readString(scrape);
        List<GpuSample> samples = DcgmText.parse(body, NOW);
        Map<String, Double> raw = raw(body);
        assertThat(samples).hasSize(1);
        GpuSample sample = samples.get(0);
        Set<String> ignored = DcgmText.ignoredMetrics(body);
        int used = 0;
        for (Map.Entry<String, Double> series : raw.entrySet()) {
            DcgmField field = DcgmField.BY_METRIC.get(series.getKey());
            assertThat(field == null).as(series.getKey()).isEqualTo(ignored.contains(series.getKey()));
            if (field != null && field.signal() != null) {
                used++;
                assertThat(sample.value(field.signal())).as(series.getKey()).isEqualTo(series.getValue());
            }
        }
        assertThat(used + ignored.size() + 1).as("FB_FREE goes into the total").isEqualTo(raw.size());
        assertThat(sample.value(Signal.MEMORY_TOTAL))
                .isEqualTo(
                        raw.getOrDefault("DCGM_FI_DEV_FB_USED", -1.0) + raw.getOrDefault("DCGM_FI_DEV_FB_FREE", -1.0));
        assertThat(sample.get(Signal.ECC_UNCORRECTED))
                .as("not served by default")
                .isEmpty();
        assertThat(sample.throttleReasons()).isEmpty();
        assertThat(sample.device().model()).isEqualTo("Tesla T4");
        assertThat(sample.device().driver()).isEqualTo("460.106.00");
        assertThat(sample.device().host()).isEqualTo("424773df46e0");
    }

    private static Map<String, Double> raw(String body) {
        Map<String, Double> raw = new HashMap<>();
        Matcher series = Pattern.compile("(?m)^(\\w+)\\{[^}]*\\} (\\S+)$").matcher(body);
        while (series.find()) {
            raw.put(series.group(1), Double.valueOf(series.group(2)));
        }
        return raw;
    }

    @Test
    void readsSeveralGpusEscapesAndTimestamps() throws TelemetryUnavailable {
        List<GpuSample> samples = DcgmText.parse(TWO, NOW);
        assertThat(samples).extracting(sample -> sample.device().uuid()).containsExactly("GPU-a", "GPU-b");
        assertThat(samples.get(0).value(Signal.MEMORY_TOTAL)).isEqualTo(81_559);
        assertThat(samples.get(0).memoryPercent()).isEqualTo(100 * 70_000 / 81_559.0);
        assertThat(samples.get(1).value(Signal.XID)).isEqualTo(31);
        assertThat(samples.get(1).get(Signal.MEMORY_USED)).isEmpty();
        assertThat(samples.get(0).device().index()).isZero();
        assertThat(DcgmText.parse(TWO.replace("\n", "\r\n"), NOW)).isEqualTo(samples);
        assertThat(DcgmText.parse(TWO.replace("Hostname", "hostname"), NOW)).isEqualTo(samples);
        assertThat(DcgmText.parse(TWO + "# EOF\n", NOW)).isEqualTo(samples);
    }

    @Test
    void underMigThePartsAreTakenTogether() throws TelemetryUnavailable {
        String body = """
                DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="GPU-a",GPU_I_PROFILE="1g.10gb",GPU_I_ID="7"} 51
                DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="GPU-a",GPU_I_PROFILE="2g.20gb",GPU_I_ID="3"} 51
                DCGM_FI_DEV_GPU_UTIL{gpu="0",UUID="GPU-a",GPU_I_PROFILE="2g.20gb",GPU_I_ID="3"} 97
                DCGM_FI_DEV_FB_USED{gpu="0",UUID="GPU-a",GPU_I_PROFILE="1g.10gb",GPU_I_ID="7"} 1000
                DCGM_FI_DEV_FB_USED{gpu="0",UUID="GPU-a",GPU_I_PROFILE="2g.20gb",GPU_I_ID="3"} 5000
                DCGM_FI_DEV_FB_FREE{gpu="0",UUID="GPU-a",GPU_I_PROFILE="1g.10gb",GPU_I_ID="7"} 8728
                DCGM_FI_DEV_FB_FREE{gpu="0",UUID="GPU-a",GPU_I_PROFILE="2g.20gb",GPU_I_ID="3"} 14456
                """;
        List<GpuSample> samples = DcgmText.parse(body, NOW);
        assertThat(samples).hasSize(1);
        assertThat(samples.get(0).value(Signal.TEMPERATURE)).isEqualTo(51);
        assertThat(samples.get(0).value(Signal.MEMORY_USED)).isEqualTo(6_000);
        assertThat(samples.get(0).value(Signal.MEMORY_TOTAL)).isEqualTo(29_184);
        assertThat(samples.get(0).get(Signal.UTILIZATION)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NaN",
                "+Inf",
                "-Inf",
                "2147483632",
                "2147483635",
                "9223372036854775792",
                "140737488355328",
                "1e12",
                "-300"
            })
    void whatIsNoValueIsAbsent(String value) throws TelemetryUnavailable {
        GpuSample sample = DcgmText.parse("DCGM_FI_DEV_GPU_TEMP{UUID=\"GPU-a\"} " + value + "\n", NOW)
                .get(0);
        assertThat(sample.get(Signal.TEMPERATURE)).isEmpty();
    }

    @Test
    void linkErrorsAddUpAndTheEnforcedLimitDecides() throws TelemetryUnavailable {
        String body = """
                DCGM_FI_DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL{UUID="GPU-a"} 3
                DCGM_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL{UUID="GPU-a"} 4
                DCGM_FI_DEV_POWER_MGMT_LIMIT{UUID="GPU-a"} 700
                DCGM_FI_DEV_ENFORCED_POWER_LIMIT{UUID="GPU-a"} 500
                DCGM_FI_DEV_CLOCK_THROTTLE_REASONS{UUID="GPU-a"} 72
                """;
        GpuSample sample = DcgmText.parse(body, NOW).get(0);
        assertThat(sample.value(Signal.NVLINK_ERRORS)).isEqualTo(7);
        assertThat(sample.value(Signal.POWER_LIMIT)).isEqualTo(500);
        assertThat(sample.throttleReasons())
                .contains(Set.of(ThrottleReason.HW_SLOWDOWN, ThrottleReason.HW_THERMAL_SLOWDOWN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "DCGM_FI_DEV_GPU_TEMP{UUID=\"GPU-a\"} 61",
                "DCGM_FI_DEV_GPU_TEMP{UUID=\"GPU-a\"}\n",
                "DCGM_FI_DEV_GPU_TEMP{UUID=\"GPU-a} 61\n",
                "DCGM_FI_DEV_GPU_TEMP{UUID=\"GPU-a\" 61\n",
                "DCGM_FI_DEV_GPU_TEMP{UUID=\"GPU-a\"} hot\n",
                "DCGM_FI_DEV_GPU_TEMP{UUID=\"GPU-a\"} 61 62 63\n",
                "DCGM_FI_DEV_GPU_TEMP{gpu=\"0\"} 61\n",
                "DCGM_FI_DEV_GPU_TEMP{UUID=\"a b\"} 61\n",
                "DCGM_FI_DEV_GPU_TEMP{UUID=\"GPU-b\\\",pci_bus_id=00000000:0F:00.0\"} 61\n",
                "DCGM_FI_DEV_GPU_TEMP{UUID=\"GPU-\\b\"} 61\n",
                "DCGM_FI_DEV_GPU_TEMP{UUID=\"GPU-a\",UUID=\"GPU-b\"} 61\n",
                "DCGM_FI_DEV_GPU_TEMP{UUID=\"GPU-a\"} 61\nDCGM_FI_DEV_GPU_TEMP{UUID=\"GPU-a\"} 62\n",
                "<html>\n",
                "7up 1\n"
            })
    void whatIsNotWholeIsRefusedAsAWhole(String body) {
        assertThatThrownBy(() -> DcgmText.parse(body, NOW)).isInstanceOf(TelemetryUnavailable.class);
    }

    @Property(tries = 3_000)
    void aBodyCutShortIsRefused(@ForAll @IntRange(min = 0, max = 1_100) int length) {
        int cut = Math.min(length, TWO.length() - 1);
        String body = TWO.substring(0, cut);
        if (body.endsWith("\n")) {
            return; // Whole lines: what is there is true.
        }
        assertThatThrownBy(() -> DcgmText.parse(body, NOW)).isInstanceOf(TelemetryUnavailable.class);
    }

    @Property(tries = 3_000)
    void damagedAnswersAreReadAsAWholeOrRefused(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int blows) {
        String damaged = Damage.of(TWO, new Random(seed), blows);
        try {
            for (GpuSample sample : DcgmText.parse(damaged, NOW)) {
                assertThat(damaged).contains(sample.device().uuid());
            }
        } catch (TelemetryUnavailable declared) {
            assertThat(declared).hasMessageMatching("(?s).{10,}");
        }
    }

    @Property(tries = 1_000)
    void anyTextIsRefusedOrRead(@ForAll @StringLength(max = 400) String text) {
        try {
            DcgmText.parse(text, NOW);
        } catch (TelemetryUnavailable declared) {
            assertThat(declared.getMessage()).isNotBlank();
        }
    }

    @Property(tries = 500)
    void labelValuesSurviveBeingWritten(@ForAll @StringLength(max = 40) String value) throws TelemetryUnavailable {
        String written = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        String body = "m{a=\"" + written + "\",} 1\n";
        assertThat(PrometheusText.parse(body))
                .singleElement()
                .satisfies(point -> assertThat(point.labels()).containsEntry("a", value));
    }

    @Test
    void theCountersFileThatIsShippedServesAllThatIsRead() throws IOException {
        Path shipped = Path.of("..", "deploy", "dcgm-exporter", "counters.csv");
        assertThat(shipped).content().isEqualTo(DcgmText.countersFile());
        assertThat(Files.readAllLines(shipped).stream().filter(line -> !line.startsWith("#")))
                .allMatch(line -> line.matches("DCGM_FI_DEV_[A-Z0-9_]+, (gauge|counter), [^,]+(,[^,]+)*"));
    }
}
