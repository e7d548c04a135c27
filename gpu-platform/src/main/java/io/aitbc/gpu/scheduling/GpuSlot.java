package io.aitbc.gpu.scheduling;

import io.aitbc.gpu.device.GpuState;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A GPU as the scheduler sees it.
 *
 * @param node the machine that it is in
 * @param model product name; null when unknown
 * @param memoryMib its memory in MiB, 0 when unknown
 * @param numa NUMA node of its machine, negative when unknown
 * @param island NVLink island of its machine, negative when it has none
 * @param critical whether an alert of severity CRITICAL is open
 * @param risk 0..1, that it fails or gets critical within half an hour
 */
public record GpuSlot(
        String uuid,
        String node,
        @Nullable String model,
        long memoryMib,
        int numa,
        int island,
        GpuState state,
        boolean critical,
        double risk) {

    /** @throws IllegalArgumentException when the risk is not within 0..1 or the memory is negative */
    public GpuSlot {
        Objects.requireNonNull(uuid, "uuid");
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(state, "state");
        if (!(risk >= 0 && risk <= 1)) {
            throw new IllegalArgumentException("risk must be within 0..1, was " + risk);
        }
        if (memoryMib < 0) {
            throw new IllegalArgumentException("memoryMib must not be negative, was " + memoryMib);
        }
        model = model == null ? null : model.toLowerCase(Locale.ROOT);
    }

    /** A healthy GPU of a machine whose topology is not known. */
    public static GpuSlot healthy(String uuid, String node, String model, long memoryMib) {
        return new GpuSlot(uuid, node, model, memoryMib, -1, -1, GpuState.HEALTHY, false, 0);
    }

    /** The same GPU in another condition. */
    public GpuSlot in(GpuState next, boolean nowCritical, double nowRisk) {
        return new GpuSlot(uuid, node, model, memoryMib, numa, island, next, nowCritical, nowRisk);
    }

    /** The same GPU at another place of its machine. */
    public GpuSlot at(int numaNode, int nvlinkIsland) {
        return new GpuSlot(uuid, node, model, memoryMib, numaNode, nvlinkIsland, state, critical, risk);
    }

    /** Whether it counts as capacity that can be sold now. */
    public boolean isSellable() {
        return state.isSellable() && !critical;
    }

    boolean takesWork() {
        return state.takesWork() && !critical;
    }
}
