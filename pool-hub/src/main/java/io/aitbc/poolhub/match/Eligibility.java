package io.aitbc.poolhub.match;

import io.aitbc.poolhub.match.JobNeeds.Requirements;
import io.aitbc.poolhub.miner.Enrollment;
import io.aitbc.poolhub.miner.FleetMiner;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The hard filters: whether a miner can take a job at all. */
final class Eligibility {

    private Eligibility() {}

    /** Why not; null when it can. */
    static @Nullable Rejection of(FleetMiner miner, JobNeeds needs, Instant now) {
        Rejection standing = standing(miner, now);
        if (standing != null) {
            return standing;
        }
        Requirements required = needs.required();
        if (required.gpuCount() != null && miner.freeGpus() < required.gpuCount()) {
            return Rejection.GPU_COUNT;
        }
        return built(miner, needs);
    }

    /** Why not, whatever it does now and whoever has its GPUs; null when it can. */
    static @Nullable Rejection built(FleetMiner miner, JobNeeds needs) {
        Requirements required = needs.required();
        if (required.gpuCount() != null && miner.gpuCount() < required.gpuCount()) {
            return Rejection.GPU_COUNT;
        }
        if (!isOf(miner.gpuName(), required)) {
            return Rejection.GPU_NAME;
        }
        if (tooLittle(miner.vramGb(), required.minVramGb())) {
            return Rejection.VRAM;
        }
        if (tooLittle(miner.ramGb(), required.minRamGb())) {
            return Rejection.RAM;
        }
        if (lacks(miner.capabilities(), required)) {
            return Rejection.CAPABILITIES;
        }
        BigDecimal most = needs.hinted().maxPrice();
        return most != null && miner.price().compareTo(most) > 0 ? Rejection.PRICE : null;
    }

    /** Why it takes no job at all now; null when it takes some. */
    static @Nullable Rejection standing(FleetMiner miner, Instant now) {
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
        return miner.freeSlots() == 0 ? Rejection.NO_FREE_SLOT : null;
    }

    /** Until when {@link #standing} stays what it is at {@code now} if the miner itself does not change. */
    static Instant standsUntil(FleetMiner miner, Instant now) {
        Instant until = miner.isAlive(now) && miner.downAfter() != null ? miner.downAfter() : Instant.MAX;
        for (FleetMiner.Window window : miner.maintenance()) {
            for (Instant turn : List.of(window.start(), window.end())) {
                until = turn.isAfter(now) && turn.isBefore(until) ? turn : until;
            }
        }
        return until;
    }

    /** Whether a GPU is of the model that is asked for, by a part of its name in any case. */
    static boolean isOf(@Nullable String gpuName, Requirements required) {
        String wanted = required.gpuName();
        return wanted == null
                || gpuName != null && gpuName.toLowerCase(Locale.ROOT).contains(wanted.toLowerCase(Locale.ROOT));
    }

    /** Whether it has not all of the one, or none of the other. */
    static boolean lacks(Set<String> capabilities, Requirements required) {
        List<String> all = required.capabilitiesAll();
        List<String> any = required.capabilitiesAny();
        return all != null && !capabilities.containsAll(all)
                || any != null && !any.isEmpty() && Collections.disjoint(any, capabilities);
    }

    /** What a miner did not state is not there. */
    static boolean tooLittle(@Nullable Double has, @Nullable Double needed) {
        return needed != null && needed > 0 && (has == null || has < needed);
    }
}
