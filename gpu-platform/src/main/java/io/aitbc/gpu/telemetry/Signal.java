package io.aitbc.gpu.telemetry;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What can be known about a GPU at one moment. Names are those of the wire and of rule files and carry the unit. */
public enum Signal {
    TEMPERATURE("temperature_celsius", Kind.GAUGE, -60, 200),
    MEMORY_TEMPERATURE("memory_temperature_celsius", Kind.GAUGE, -60, 200),
    /** How much hotter it may get before it slows itself down; negative beyond that. */
    TEMPERATURE_MARGIN("temperature_margin_celsius", Kind.GAUGE, -200, 200),
    POWER("power_watts", Kind.GAUGE, 0, 10_000),
    /** The limit that is enforced now, which a throttle lowers. */
    POWER_LIMIT("power_limit_watts", Kind.GAUGE, 0, 10_000),
    UTILIZATION("utilization_percent", Kind.GAUGE, 0, 100),
    /** MiB, whatever the name says: nvidia-smi and DCGM count so. */
    MEMORY_USED("memory_used_mb", Kind.GAUGE, 0, 1e9),
    /** MiB. */
    MEMORY_TOTAL("memory_total_mb", Kind.GAUGE, 0, 1e9),
    SM_CLOCK("sm_clock_mhz", Kind.GAUGE, 0, 100_000),
    /** Since the driver was loaded. */
    ECC_CORRECTED("ecc_corrected_total", Kind.COUNTER, 0, Signal.WHOLE),
    /** Since the driver was loaded. */
    ECC_UNCORRECTED("ecc_uncorrected_total", Kind.COUNTER, 0, Signal.WHOLE),
    /** The last XID; it stays until another comes, so that only a change tells anything. 0 is none. */
    XID("xid", Kind.CODE, 0, 100_000),
    /** Rows of memory remapped after corrected errors, over the life of the GPU. */
    REMAPPED_ROWS_CORRECTABLE("remapped_rows_correctable", Kind.COUNTER, 0, Signal.WHOLE),
    /** Rows of memory remapped after uncorrected errors, over the life of the GPU. */
    REMAPPED_ROWS_UNCORRECTABLE("remapped_rows_uncorrectable", Kind.COUNTER, 0, Signal.WHOLE),
    /** 1: a row waits for a reset to be remapped. */
    ROW_REMAP_PENDING("row_remap_pending", Kind.FLAG, 0, 1),
    /** 1: a row could not be remapped; the GPU is to be replaced. */
    ROW_REMAP_FAILURE("row_remap_failure", Kind.FLAG, 0, 1),
    PCIE_REPLAYS("pcie_replays_total", Kind.COUNTER, 0, Signal.WHOLE),
    /** CRC, replay and recovery errors of all links. */
    NVLINK_ERRORS("nvlink_errors_total", Kind.COUNTER, 0, Signal.WHOLE),
    /** mJ since the driver was loaded. */
    ENERGY("energy_millijoules_total", Kind.COUNTER, 0, Signal.WHOLE),
    /** µs that the clocks were held down for power. */
    POWER_VIOLATION("power_violation_microseconds_total", Kind.COUNTER, 0, Signal.WHOLE),
    /** µs that the clocks were held down for heat. */
    THERMAL_VIOLATION("thermal_violation_microseconds_total", Kind.COUNTER, 0, Signal.WHOLE);

    /** How values of a signal are to be read. */
    public enum Kind {
        /** Goes up and down. */
        GAUGE,
        /** Only grows, but starts again at a reset: its increases tell something. */
        COUNTER,
        /** 0 or 1. */
        FLAG,
        /** Names something; its changes tell something. */
        CODE
    }

    /** Beyond this a double no longer tells whole numbers apart. */
    private static final double WHOLE = 9_007_199_254_740_992.0;

    private static final Map<String, Signal> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Signal::wireName, Function.identity()));

    private final String wireName;
    private final Kind kind;
    private final double lowest;
    private final double highest;

    Signal(String wireName, Kind kind, double lowest, double highest) {
        this.wireName = wireName;
        this.kind = kind;
        this.lowest = lowest;
        this.highest = highest;
    }

    /** The name in JSON and in rule files. */
    public String wireName() {
        return wireName;
    }

    public Kind kind() {
        return kind;
    }

    /** The lowest value that a GPU can mean. */
    public double lowest() {
        return lowest;
    }

    /** The highest value that a GPU can mean. */
    public double highest() {
        return highest;
    }

    /** Whether a GPU can mean this value: finite, within the bounds, and whole where the signal counts. */
    public boolean isPlausible(double value) {
        return value >= lowest && value <= highest && (kind == Kind.GAUGE || value == Math.rint(value));
    }

    /** The signal of a name; empty when there is none. */
    public static Optional<Signal> named(String wireName) {
        return Optional.ofNullable(BY_NAME.get(wireName));
    }
}
