package io.aitbc.gpu.telemetry;

import io.aitbc.gpu.device.GpuDevice;
import io.aitbc.gpu.telemetry.DcgmField.Combine;
import io.aitbc.gpu.telemetry.PrometheusText.Point;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads what dcgm-exporter serves: one sample per physical GPU. Under MIG the parts of a GPU ({@code GPU_I_ID}) are taken
 * together: memory adds up, of other values the highest counts, and there is no one utilisation. What DCGM has no value for
 * is absent, and so is what no GPU can mean.
 */
public final class DcgmText {

    private static final double NO_VALUE = Double.NaN;

    /** What was said of one GPU so far. */
    private static final class Gpu {
        private final Map<String, String> labels;
        private final Map<String, Double> whole = new HashMap<>();
        private final Map<String, Map<String, Double>> parts = new HashMap<>();

        Gpu(Map<String, String> labels) {
            this.labels = labels;
        }
    }

    private DcgmText() {}

    /**
     * Reads a whole answer.
     *
     * @param at when it was asked for
     * @throws TelemetryUnavailable when it is not Prometheus text, was cut short, has a series twice, or has a GPU without a
     *     usable UUID
     */
    public static List<GpuSample> parse(String body, Instant at) throws TelemetryUnavailable {
        Map<String, Gpu> gpus = new LinkedHashMap<>();
        for (Point point : PrometheusText.parse(body)) {
            if (DcgmField.BY_METRIC.containsKey(point.name())) {
                take(point, gpus);
            }
        }
        List<GpuSample> samples = new ArrayList<>();
        for (Map.Entry<String, Gpu> gpu : gpus.entrySet()) {
            samples.add(sample(gpu.getKey(), gpu.getValue(), at));
        }
        return samples;
    }

    /** The metrics of an answer that are not read. */
    public static Set<String> ignoredMetrics(String body) throws TelemetryUnavailable {
        return PrometheusText.parse(body).stream()
                .map(Point::name)
                .filter(name -> !DcgmField.BY_METRIC.containsKey(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The counters file to start dcgm-exporter with, so that it serves all that is read. */
    public static String countersFile() {
        return DcgmField.BY_METRIC.values().stream()
                // Newer versions refuse a field's old name beside the new one.
                .filter(field -> !field.metric().equals(DcgmField.OLD_REASONS))
                .map(field -> field.metric() + ", " + field.type() + ", " + field.help())
                .sorted()
                .collect(Collectors.joining(
                        "\n",
                        "# What a pool hub wants to know of a GPU. Start with:"
                                + " dcgm-exporter -f counters.csv\n# Format: DCGM field, Prometheus type, help\n",
                        "\n"));
    }

    private static void take(Point point, Map<String, Gpu> gpus) throws TelemetryUnavailable {
        Map<String, String> labels = point.labels();
        String uuid = labels.get("UUID");
        if (uuid == null || uuid.isEmpty()) {
            throw new TelemetryUnavailable("the exporter's answer has " + point.name() + " without a UUID");
        }
        if (uuid.indexOf('"') >= 0 || uuid.indexOf('\\') >= 0) {
            // Two labels that ran together by a broken escape: no driver names a GPU so.
            throw new TelemetryUnavailable(
                    "the exporter's answer has " + point.name() + " with a quote or backslash in its UUID");
        }
        Gpu gpu = gpus.computeIfAbsent(uuid, id -> new Gpu(labels));
        String part = labels.get("GPU_I_ID");
        Map<String, Double> said = part == null || part.isEmpty()
                ? gpu.whole
                : gpu.parts.computeIfAbsent(point.name(), name -> new HashMap<>());
        String key = part == null || part.isEmpty() ? point.name() : part;
        if (said.put(key, DcgmField.isBlank(point.value()) ? NO_VALUE : point.value()) != null) {
            throw new TelemetryUnavailable("the exporter's answer has " + point.name() + " of " + uuid + " twice");
        }
    }

    private static GpuSample sample(String uuid, Gpu gpu, Instant at) throws TelemetryUnavailable {
        GpuSample.Builder sample = GpuSample.of(device(uuid, gpu.labels), at);
        double linkErrors = NO_VALUE;
        for (DcgmField field : DcgmField.BY_METRIC.values()) {
            Signal signal = field.signal();
            double value = value(gpu, field);
            if (signal == null || Double.isNaN(value)) {
                continue;
            }
            if (signal == Signal.NVLINK_ERRORS) {
                linkErrors = Double.isNaN(linkErrors) ? value : linkErrors + value;
            } else if (signal.isPlausible(value) && isFirst(field, gpu)) {
                sample.set(signal, value);
            }
        }
        if (Signal.NVLINK_ERRORS.isPlausible(linkErrors)) {
            sample.set(Signal.NVLINK_ERRORS, linkErrors);
        }
        double total = value(gpu, field(DcgmField.FB_TOTAL));
        double parts = value(gpu, field("DCGM_FI_DEV_FB_USED")) + value(gpu, field(DcgmField.FB_FREE));
        double reserved = value(gpu, field(DcgmField.FB_RESERVED));
        double whole = parts + (Double.isNaN(reserved) ? 0 : reserved);
        if (Double.isNaN(total) && Signal.MEMORY_TOTAL.isPlausible(whole)) {
            sample.set(Signal.MEMORY_TOTAL, whole);
        }
        double mask = value(gpu, field(DcgmField.REASONS));
        double known = Double.isNaN(mask) ? value(gpu, field(DcgmField.OLD_REASONS)) : mask;
        if (known >= 0 && known == Math.rint(known)) {
            sample.throttleReasons(ThrottleReason.ofMask((long) known));
        }
        return sample.build();
    }

    /** The enforced limit is the truth; the one that was asked for stands in for it. */
    private static boolean isFirst(DcgmField field, Gpu gpu) {
        return !field.metric().equals("DCGM_FI_DEV_POWER_MGMT_LIMIT")
                || Double.isNaN(value(gpu, field("DCGM_FI_DEV_ENFORCED_POWER_LIMIT")));
    }

    private static DcgmField field(String metric) {
        DcgmField field = DcgmField.BY_METRIC.get(metric);
        if (field == null) {
            throw new IllegalArgumentException(metric + " is not read");
        }
        return field;
    }

    private static double value(Gpu gpu, DcgmField field) {
        Double whole = gpu.whole.get(field.metric());
        if (whole != null && !whole.isNaN()) {
            return whole;
        }
        Map<String, Double> parts = gpu.parts.get(field.metric());
        if (parts == null || field.signal() == Signal.UTILIZATION) {
            return NO_VALUE;
        }
        return field.combine() == Combine.SUM
                ? parts.values().stream().mapToDouble(Double::doubleValue).sum()
                : parts.values().stream()
                        .mapToDouble(Double::doubleValue)
                        .filter(value -> !Double.isNaN(value))
                        .max()
                        .orElse(NO_VALUE);
    }

    private static GpuDevice device(String uuid, Map<String, String> labels) throws TelemetryUnavailable {
        String index = labels.getOrDefault("gpu", "");
        try {
            return new GpuDevice(
                    uuid,
                    text(labels, "modelName"),
                    text(labels, "DCGM_FI_DRIVER_VERSION"),
                    index.matches("\\d{1,4}") ? Integer.valueOf(index) : null,
                    text(labels, "pci_bus_id"),
                    text(labels, labels.containsKey("Hostname") ? "Hostname" : "hostname"));
        } catch (IllegalArgumentException e) {
            throw new TelemetryUnavailable("the exporter's answer has a GPU whose UUID cannot be one", e);
        }
    }

    private static @Nullable String text(Map<String, String> labels, String label) {
        String value = labels.get(label);
        return value == null || value.isBlank() ? null : value;
    }
}
