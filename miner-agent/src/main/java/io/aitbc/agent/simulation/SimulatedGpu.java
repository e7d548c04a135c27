package io.aitbc.agent.simulation;

import io.aitbc.gpu.device.GpuDevice;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.Signal;
import io.aitbc.gpu.telemetry.ThrottleReason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/**
 * One invented GPU with a body: its power follows its load, its temperature follows its power with a lag (Newton's law of
 * cooling), and its energy counter is the integral of its power.
 */
final class SimulatedGpu {

    /** The time constant of the body. */
    static final double LAG_SECONDS = 180;

    private static final double IDLE_SHARE = 0.15;
    private static final double FULL_SHARE = 0.95;
    private static final int MIB_PER_GIB = 1_024;
    private static final String[] DRIVERS = {"570.133.20", "590.48.01", "595.80"};

    private final GpuDevice device;
    private final GpuModel model;
    private final Chance chance;
    private final double ambient;
    private final double resistance;
    private final double boardWatts;
    private double limitWatts;
    private double celsius;
    private double watts;
    private double joules;
    private double cooling = 1;
    private long corrected;
    private long uncorrected;
    private double memoryShare;
    private Instant last;

    SimulatedGpu(long seed, SimulatedMiner miner, int index, Instant start) {
        String name = seed + "/" + miner.id() + "/" + index;
        this.device = new GpuDevice(
                "GPU-" + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)),
                miner.gpu().product,
                DRIVERS[miner.number() % DRIVERS.length],
                index,
                String.format(Locale.ROOT, "00000000:%02X:00.0", 7 + 8 * index),
                miner.id());
        this.model = miner.gpu();
        this.chance = Chance.of(seed, "gpu-" + index, miner.number());
        this.boardWatts = model.boardWatts;
        this.limitWatts = boardWatts;
        this.ambient = chance.between(22, 30);
        // At full load it settles at 58 to 70 °C.
        this.resistance = (chance.between(58, 70) - ambient) / (FULL_SHARE * boardWatts);
        this.watts = IDLE_SHARE * boardWatts;
        this.celsius = ambient + resistance * watts;
        this.last = start;
    }

    String uuid() {
        return device.uuid();
    }

    /** Lives on until an instant under a load of 0..1. */
    void live(Instant now, double load) {
        double seconds = Math.max(0, Duration.between(last, now).toMillis() / 1_000.0);
        watts = Math.min(limitWatts, boardWatts * (IDLE_SHARE + (FULL_SHARE - IDLE_SHARE) * load));
        double settles = ambient + resistance * cooling * watts;
        celsius = settles + (celsius - settles) * StrictMath.exp(-seconds / LAG_SECONDS);
        joules += watts * seconds;
        memoryShare = load > 0 ? 0.7 : 0.01;
        last = now;
    }

    /** Its cooling gets so many times worse; 1 is as built. */
    void cooling(double factor) {
        this.cooling = factor;
    }

    void correctedErrors(int more) {
        corrected += more;
    }

    void uncorrectedErrors(int more) {
        uncorrected += more;
    }

    void limit(double newLimitWatts) {
        limitWatts = Math.max(IDLE_SHARE * boardWatts, Math.min(boardWatts, newLimitWatts));
    }

    void unlimited() {
        limitWatts = boardWatts;
    }

    double celsius() {
        return celsius;
    }

    double joules() {
        return joules;
    }

    /** What its sensors say now. */
    GpuSample sample(double load, boolean fullMemory) {
        Set<ThrottleReason> reasons = EnumSet.noneOf(ThrottleReason.class);
        if (load == 0) {
            reasons.add(ThrottleReason.GPU_IDLE);
        }
        if (limitWatts < boardWatts) {
            reasons.add(ThrottleReason.SW_POWER_CAP);
        }
        if (celsius > 92) {
            reasons.add(ThrottleReason.HW_THERMAL_SLOWDOWN);
        }
        long total = (long) model.vramGb * MIB_PER_GIB;
        double said = Math.min(195, Math.rint(celsius + (chance.between(-5, 5) / 10.0)));
        return GpuSample.of(device, last)
                .set(Signal.TEMPERATURE, said)
                .set(Signal.MEMORY_TEMPERATURE, Math.min(195, Math.rint(celsius * 0.95 + 4)))
                .set(Signal.POWER, Math.rint(watts * (1 + chance.between(-10, 10) / 1_000.0) * 100) / 100)
                .set(Signal.POWER_LIMIT, limitWatts)
                .set(Signal.UTILIZATION, load == 0 ? 0 : Math.min(100, Math.rint(100 * load) - chance.between(0, 4)))
                .set(Signal.MEMORY_TOTAL, total)
                .set(Signal.MEMORY_USED, Math.rint(total * (fullMemory ? 0.94 : memoryShare)))
                .set(Signal.SM_CLOCK, load == 0 ? 345 : Math.rint(1_980 * Math.min(1, limitWatts / boardWatts)))
                .set(Signal.ECC_CORRECTED, corrected)
                .set(Signal.ECC_UNCORRECTED, uncorrected)
                .set(Signal.PCIE_REPLAYS, 0)
                .set(Signal.NVLINK_ERRORS, 0)
                .set(Signal.ENERGY, Math.rint(joules * 1_000))
                .throttleReasons(reasons)
                .build();
    }
}
