package io.aitbc.gpu.telemetry;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What each column of {@code nvidia-smi --query-gpu} is to us. Names are those of the driver's own help, old ones too. */
final class NvidiaSmiFields {

    /** What a column is. */
    enum Meaning {
        /** Read. */
        USED,
        /** Known, and of no use for health: what the board is, how it is set up, what it is licensed for. */
        IGNORED,
        /** A newer driver's, or not one of nvidia-smi's. */
        UNKNOWN
    }

    static final String UUID = "uuid";
    static final String NAME = "name";
    static final String DRIVER = "driver_version";
    static final String INDEX = "index";
    static final String BUS_ID = "pci.bus_id";
    static final String MIG = "mig.mode.current";
    static final String RECOVERY = "gpu_recovery_action";
    static final String REASONS = "clocks_event_reasons.active";
    static final String PENDING = "remapped_rows.pending";
    static final String FAILURE = "remapped_rows.failure";

    /** Columns with a number, the first that has one decides. */
    static final Map<Signal, List<String>> NUMBERS = Map.ofEntries(
            Map.entry(Signal.TEMPERATURE, List.of("temperature.gpu")),
            Map.entry(Signal.MEMORY_TEMPERATURE, List.of("temperature.memory")),
            Map.entry(Signal.TEMPERATURE_MARGIN, List.of("temperature.gpu.tlimit")),
            Map.entry(Signal.POWER, List.of("power.draw", "power.draw.instant", "power.draw.average")),
            Map.entry(Signal.POWER_LIMIT, List.of("enforced.power.limit", "power.limit")),
            Map.entry(Signal.UTILIZATION, List.of("utilization.gpu")),
            Map.entry(Signal.MEMORY_USED, List.of("memory.used")),
            Map.entry(Signal.MEMORY_TOTAL, List.of("memory.total")),
            Map.entry(Signal.SM_CLOCK, List.of("clocks.current.sm")),
            Map.entry(Signal.ECC_CORRECTED, List.of("ecc.errors.corrected.volatile.total")),
            Map.entry(Signal.ECC_UNCORRECTED, List.of("ecc.errors.uncorrected.volatile.total")),
            Map.entry(Signal.REMAPPED_ROWS_CORRECTABLE, List.of("remapped_rows.correctable")),
            Map.entry(Signal.REMAPPED_ROWS_UNCORRECTABLE, List.of("remapped_rows.uncorrectable")));

    private static final List<String> OTHERS =
            List.of(UUID, NAME, DRIVER, INDEX, BUS_ID, MIG, RECOVERY, REASONS, PENDING, FAILURE);

    /** Other names of the same columns. */
    private static final Map<String, String> SYNONYMS = Map.ofEntries(
            Map.entry("gpu_uuid", UUID),
            Map.entry("gpu_name", NAME),
            Map.entry("gpu_bus_id", BUS_ID),
            Map.entry("clocks_throttle_reasons.active", REASONS),
            Map.entry("clocks.sm", "clocks.current.sm"),
            Map.entry("clocks.gr", "clocks.current.graphics"),
            Map.entry("clocks.mem", "clocks.current.memory"),
            Map.entry("clocks.video", "clocks.current.video"));

    private static final Pattern KNOWN_BUT_IGNORED =
            Pattern.compile("timestamp|count|serial|gpu_serial|kmd_version|hostname"
                    + "|(vgpu|pci|pcie|display|accounting|driver_model|inforom|gom|fan|encoder|dramEncryption|retired_pages"
                    + "|module|power_smoothing|c2c|gsp|mig|protected_memory|fabric|platform|addressing|persistence|vbios|compute"
                    + "|clocks|ecc|remapped_rows|temperature|power|utilization|memory|pstate|edpp|enforced|cuda)"
                    + "([._][A-Za-z0-9_.]*)?"
                    + "|vgpu_(driver_capability|device_capability|heterogeneous)[A-Za-z0-9_.]*"
                    + "|clocks_(throttle|event)_reasons(_counters)?[A-Za-z0-9_.]*|edpp_multiplier");

    private static final Pattern WITH_UNIT = Pattern.compile("(\\S+)(?: \\[[^\\]]*\\])?");

    private NvidiaSmiFields() {}

    /** The name of a column, without its unit, under its present name. */
    static String canonical(String header) {
        Matcher matcher = WITH_UNIT.matcher(header.strip());
        String name = matcher.matches() ? matcher.group(1) : header.strip();
        return SYNONYMS.getOrDefault(name, name);
    }

    static Meaning meaning(String canonical) {
        boolean number = NUMBERS.values().stream().anyMatch(names -> names.contains(canonical));
        if (number || OTHERS.contains(canonical)) {
            return Meaning.USED;
        }
        return KNOWN_BUT_IGNORED.matcher(canonical).matches() ? Meaning.IGNORED : Meaning.UNKNOWN;
    }

    /** What to ask for. */
    static List<String> query() {
        return List.of(
                UUID,
                NAME,
                INDEX,
                BUS_ID,
                DRIVER,
                "temperature.gpu",
                "temperature.memory",
                "temperature.gpu.tlimit",
                "power.draw",
                "power.draw.instant",
                "enforced.power.limit",
                "power.limit",
                "utilization.gpu",
                "memory.used",
                "memory.total",
                "clocks.current.sm",
                "ecc.errors.corrected.volatile.total",
                "ecc.errors.uncorrected.volatile.total",
                "remapped_rows.correctable",
                "remapped_rows.uncorrectable",
                PENDING,
                FAILURE,
                REASONS,
                "clocks_throttle_reasons.active",
                RECOVERY,
                MIG);
    }
}
