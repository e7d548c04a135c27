package io.aitbc.agent.hardware;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/**
 * What the machine has.
 *
 * @param ramGb memory in GiB, to one decimal
 * @param gpus empty when none was found
 */
public record Hardware(int cpuCores, BigDecimal ramGb, List<Gpu> gpus) {

    /**
     * One GPU.
     *
     * @param vramGb its memory in GiB, to one decimal
     */
    public record Gpu(String name, BigDecimal vramGb) {}

    private static final long BYTES_PER_MIB = 1L << 20;

    /** Looks at this machine; a missing or failing nvidia-smi means no GPUs, and is said in the log. */
    public static Hardware detect(NvidiaSmi nvidiaSmi) {
        long ram =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
        return new Hardware(
                Runtime.getRuntime().availableProcessors(), gib(ram / BYTES_PER_MIB), List.copyOf(nvidiaSmi.gpus()));
    }

    static BigDecimal gib(long mebibytes) {
        return BigDecimal.valueOf(mebibytes).divide(BigDecimal.valueOf(1024), 1, RoundingMode.HALF_UP);
    }
}
