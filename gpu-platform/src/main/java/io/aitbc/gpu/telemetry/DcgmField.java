package io.aitbc.gpu.telemetry;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fields of DCGM that are read, by the names under which dcgm-exporter serves them.
 *
 * @param combine how several values of one GPU become one: those of its parts under MIG, and those of its links
 */
record DcgmField(String metric, @Nullable Signal signal, Combine combine, String type, String help) {

    enum Combine {
        /** The parts repeat what is true of the whole; where they differ, the highest counts. */
        HIGHEST,
        /** The parts add up. */
        SUM
    }

    static final String FB_FREE = "DCGM_FI_DEV_FB_FREE";
    static final String FB_RESERVED = "DCGM_FI_DEV_FB_RESERVED";
    static final String FB_TOTAL = "DCGM_FI_DEV_FB_TOTAL";
    static final String REASONS = "DCGM_FI_DEV_CLOCKS_EVENT_REASONS";
    static final String OLD_REASONS = "DCGM_FI_DEV_CLOCK_THROTTLE_REASONS";

    static final Map<String, DcgmField> BY_METRIC = Stream.of(
                    gauge("DCGM_FI_DEV_GPU_TEMP", Signal.TEMPERATURE, "GPU temperature (in C)."),
                    gauge("DCGM_FI_DEV_MEMORY_TEMP", Signal.MEMORY_TEMPERATURE, "Memory temperature (in C)."),
                    gauge("DCGM_FI_DEV_POWER_USAGE", Signal.POWER, "Power draw (in W)."),
                    gauge("DCGM_FI_DEV_ENFORCED_POWER_LIMIT", Signal.POWER_LIMIT, "Enforced power limit (in W)."),
                    gauge("DCGM_FI_DEV_POWER_MGMT_LIMIT", Signal.POWER_LIMIT, "Power limit (in W)."),
                    gauge("DCGM_FI_DEV_GPU_UTIL", Signal.UTILIZATION, "GPU utilization (in %)."),
                    gauge("DCGM_FI_DEV_SM_CLOCK", Signal.SM_CLOCK, "SM clock frequency (in MHz)."),
                    sum("DCGM_FI_DEV_FB_USED", Signal.MEMORY_USED, "Framebuffer memory used (in MiB)."),
                    sum(FB_FREE, null, "Framebuffer memory free (in MiB)."),
                    sum(FB_RESERVED, null, "Framebuffer memory reserved (in MiB)."),
                    sum(FB_TOTAL, Signal.MEMORY_TOTAL, "Framebuffer memory in all (in MiB)."),
                    gauge("DCGM_FI_DEV_XID_ERRORS", Signal.XID, "Value of the last XID error encountered."),
                    mask(REASONS, "Why the clocks are what they are (bit mask)."),
                    mask(OLD_REASONS, "Why the clocks are what they are (bit mask; older DCGM)."),
                    counter("DCGM_FI_DEV_ECC_SBE_VOL_TOTAL", Signal.ECC_CORRECTED, "Corrected errors, volatile."),
                    counter("DCGM_FI_DEV_ECC_DBE_VOL_TOTAL", Signal.ECC_UNCORRECTED, "Uncorrected errors, volatile."),
                    counter(
                            "DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS",
                            Signal.REMAPPED_ROWS_CORRECTABLE,
                            "Rows remapped for correctable errors."),
                    counter(
                            "DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS",
                            Signal.REMAPPED_ROWS_UNCORRECTABLE,
                            "Rows remapped for uncorrectable errors."),
                    gauge(
                            "DCGM_FI_DEV_ROW_REMAP_PENDING",
                            Signal.ROW_REMAP_PENDING,
                            "Whether a remap waits for a reset."),
                    gauge(
                            "DCGM_FI_DEV_ROW_REMAP_FAILURE",
                            Signal.ROW_REMAP_FAILURE,
                            "Whether remapping of rows failed."),
                    counter("DCGM_FI_DEV_PCIE_REPLAY_COUNTER", Signal.PCIE_REPLAYS, "Total number of PCIe retries."),
                    links("DCGM_FI_DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL", "NVLink flow-control CRC errors."),
                    links("DCGM_FI_DEV_NVLINK_CRC_DATA_ERROR_COUNT_TOTAL", "NVLink data CRC errors."),
                    links("DCGM_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL", "NVLink retries."),
                    links("DCGM_FI_DEV_NVLINK_RECOVERY_ERROR_COUNT_TOTAL", "NVLink recovery errors."),
                    counter(
                            "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION",
                            Signal.ENERGY,
                            "Total energy consumption since boot (in mJ)."),
                    counter("DCGM_FI_DEV_POWER_VIOLATION", Signal.POWER_VIOLATION, "Throttled for power (in us)."),
                    counter("DCGM_FI_DEV_THERMAL_VIOLATION", Signal.THERMAL_VIOLATION, "Throttled for heat (in us)."))
            .collect(Collectors.toUnmodifiableMap(DcgmField::metric, Function.identity()));

    private static DcgmField gauge(String metric, Signal signal, String help) {
        return new DcgmField(metric, signal, Combine.HIGHEST, "gauge", help);
    }

    private static DcgmField mask(String metric, String help) {
        return new DcgmField(metric, null, Combine.HIGHEST, "gauge", help);
    }

    private static DcgmField sum(String metric, @Nullable Signal signal, String help) {
        return new DcgmField(metric, signal, Combine.SUM, "gauge", help);
    }

    private static DcgmField counter(String metric, Signal signal, String help) {
        return new DcgmField(metric, signal, Combine.HIGHEST, "counter", help);
    }

    private static DcgmField links(String metric, String help) {
        return new DcgmField(metric, Signal.NVLINK_ERRORS, Combine.SUM, "counter", help);
    }

    /**
     * Whether DCGM says by this value that it has none ({@code DCGM_INT32_BLANK}, {@code DCGM_INT64_BLANK},
     * {@code DCGM_FP64_BLANK} and the 15 codes after each).
     */
    static boolean isBlank(double value) {
        return !Double.isFinite(value)
                || (value >= 0x7ffffff0 && value <= 0x7fffffff)
                || value >= 0x7ffffffffffffff0L
                || (value >= 140_737_488_355_328.0 && value <= 140_737_488_355_343.0);
    }
}
