package io.aitbc.gpu.scheduling;

import java.time.Duration;
import java.time.Instant;

/**
 * A job that waits.
 *
 * @param since when its present wait began
 * @param waited how long it had waited before that
 * @param done how much of it was done before it was stopped
 */
record Queued(JobRequest job, Instant since, Duration waited, Duration done) {

    /**
     * Its place in the queue, the lowest first: as all age alike, it need not be computed again as time passes.
     */
    long rank(Policy policy) {
        return since.minus(waited).toEpochMilli()
                - job.priority() * policy.aging().toMillis();
    }

    Duration waitedAt(Instant now) {
        return waited.plus(now.isAfter(since) ? Duration.between(since, now) : Duration.ZERO);
    }
}
