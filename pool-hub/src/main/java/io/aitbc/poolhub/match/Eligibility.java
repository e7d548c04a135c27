package io.aitbc.poolhub.match;

import io.aitbc.poolhub.miner.Enrollment;
import io.aitbc.poolhub.miner.FleetMiner;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The hard filters: whether a miner can take a job at all. */
final class Eligibility {

    private Eligibility() {}

    /** Why not; null when it can. */
    static @Nullable Rejection of(FleetMiner miner, JobNeeds needs, Instant now) {
        if (miner.enrollment() != Enrollment.APPROVED) {
            return Rejection.NOT_APPROVED;
        }
        if (!miner.isAlive(now)) {
            return Rejection.OFFLINE;
        }
        if (miner.isInMaintenance(now)) {
            return Rejection.MAINTENANCE;
        }
        if (miner.draining()) {
            return Rejection.DRAINING;
        }
        if (miner.gpusOut() > 0 && miner.usableGpus() == 0) {
            return Rejection.NO_HEALTHY_GPU;
        }
        if (miner.freeSlots() == 0) {
            return Rejection.NO_FREE_SLOT;
        }
        Rejection unfit = hardware(miner, needs.required());
        if (unfit != null) {
            return unfit;
        }
        var most = needs.hinted().maxPrice();
        return most != null && miner.price().compareTo(most) > 0 ? Rejection.PRICE : null;
    }

    private static @Nullable Rejection hardware(FleetMiner miner, JobNeeds.Requirements required) {
        if (required.gpuCount() != null && miner.usableGpus() < required.gpuCount()) {
            return Rejection.GPU_COUNT;
        }
        if (required.gpuName() != null && !names(miner.gpuName(), required.gpuName())) {
            return Rejection.GPU_NAME;
        }
        if (tooLittle(miner.vramGb(), required.minVramGb())) {
            return Rejection.VRAM;
        }
        if (tooLittle(miner.ramGb(), required.minRamGb())) {
            return Rejection.RAM;
        }
        List<String> all = required.capabilitiesAll();
        List<String> any = required.capabilitiesAny();
        boolean lacks = all != null && !miner.capabilities().containsAll(all);
        boolean hasNone = any != null && !any.isEmpty() && any.stream().noneMatch(miner.capabilities()::contains);
        return lacks || hasNone ? Rejection.CAPABILITIES : null;
    }

    private static boolean names(@Nullable String has, String wanted) {
        return has != null && has.toLowerCase(Locale.ROOT).contains(wanted.toLowerCase(Locale.ROOT));
    }

    /** What a miner did not state is not there. */
    private static boolean tooLittle(@Nullable Double has, @Nullable Double needed) {
        return needed != null && needed > 0 && (has == null || has < needed);
    }
}
