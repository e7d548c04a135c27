package io.aitbc.gpu.scheduling;

import java.util.Collection;

/**
 * A scheduler's numbers.
 *
 * @param gpus all
 * @param sellable those that count as capacity, in use or not
 * @param allocated in use by a job
 * @param headroom sellable, and free now
 * @param pending jobs that wait
 * @param running jobs that run
 */
public record Counts(int gpus, int sellable, int allocated, int headroom, int pending, int running) {

    static Counts of(Collection<Slot> slots, int pending, int running) {
        int sellable = 0;
        int allocated = 0;
        int headroom = 0;
        for (Slot slot : slots) {
            sellable += slot.gpu.isSellable() ? 1 : 0;
            allocated += slot.job != null ? 1 : 0;
            headroom += slot.job == null && slot.gpu.isSellable() ? 1 : 0;
        }
        return new Counts(slots.size(), sellable, allocated, headroom, pending, running);
    }

    /** Those that may not be sold now. */
    public int unhealthy() {
        return gpus - sellable;
    }
}
