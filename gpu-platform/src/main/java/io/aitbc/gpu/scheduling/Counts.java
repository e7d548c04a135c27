package io.aitbc.gpu.scheduling;

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

    /** Those that may not be sold now. */
    public int unhealthy() {
        return gpus - sellable;
    }
}
