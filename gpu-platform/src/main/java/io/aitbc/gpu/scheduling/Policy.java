package io.aitbc.gpu.scheduling;

import java.time.Duration;

/**
 * How a scheduler weighs.
 *
 * @param spread whether jobs go to the emptiest machine rather than fill the fullest
 * @param aging a job that waits this long counts as one priority higher
 * @param patience a job that waited this long gets GPUs kept for it as they become free
 * @param preemptionGap how many priorities lower a job must be to be stopped for another
 * @param riskLimit a GPU of this risk or more gets no work
 * @param suspectRisk a GPU of this risk or more gets no gang that runs for {@code longJob} or more
 * @param longJob from which length on a gang avoids suspects
 * @param probationLongest the longest job, preemptible, that a GPU on probation gets
 * @param weights what counts how much when several places would do
 */
public record Policy(
        boolean spread,
        Duration aging,
        Duration patience,
        int preemptionGap,
        double riskLimit,
        double suspectRisk,
        Duration longJob,
        Duration probationLongest,
        Weights weights) {

    /**
     * Costs of a place, each a share of 0..1 times its weight.
     *
     * @param fit memory that the job does not need
     * @param topology GPUs of one gang on more NUMA nodes or NVLink islands than it would need
     * @param packing machines that are broken open (or, when spreading, filled up)
     * @param risk probability that a GPU of the gang fails while the job runs
     */
    public record Weights(double fit, double topology, double packing, double risk) {

        /** @throws IllegalArgumentException when one is negative */
        public Weights {
            if (!(fit >= 0 && topology >= 0 && packing >= 0 && risk >= 0)) {
                throw new IllegalArgumentException("weights must not be negative");
            }
        }
    }

    public Policy {
        if (aging.isNegative() || aging.isZero() || patience.isNegative()) {
            throw new IllegalArgumentException("aging must be longer than nothing and patience not negative");
        }
        if (preemptionGap < 1) {
            throw new IllegalArgumentException("preemptionGap must be at least 1, was " + preemptionGap);
        }
        if (!(riskLimit > 0 && riskLimit <= 1.01 && suspectRisk > 0 && suspectRisk <= riskLimit)) {
            throw new IllegalArgumentException(
                    "0 < suspectRisk ≤ riskLimit must hold, were " + suspectRisk + " and " + riskLimit);
        }
    }

    /** Packs; one priority per 5 min; patience 1 h; a gap of 10; risk 0.8 and 0.5; an hour is long. */
    public static Policy standard() {
        return new Policy(
                false,
                Duration.ofMinutes(5),
                Duration.ofHours(1),
                10,
                0.8,
                0.5,
                Duration.ofHours(1),
                Duration.ofHours(1),
                new Weights(1, 2, 0.5, 4));
    }

    boolean isLongGang(JobRequest job) {
        return job.gpus() > 1 && job.expected().compareTo(longJob) >= 0;
    }

    boolean mayUseProbation(JobRequest job) {
        return job.preemptible() && job.expected().compareTo(probationLongest) <= 0;
    }
}
