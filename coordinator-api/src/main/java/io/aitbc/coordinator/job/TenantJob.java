package io.aitbc.coordinator.job;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's job, as it is kept and shown.
 *
 * @param jobId the tenant's name for it
 * @param poolJobId under which the pool and the ledger know it
 * @param revision of the latest news that were applied
 * @param attempt how often it was given to a miner
 * @param failCode why it failed or was rejected, in a word
 * @param cause why it is in its state, in words
 * @param used what it used in all, by resource, JSON; once it is over
 * @param startedAt when it first ran
 * @param maybeThere whether the pool may know it, though it did not say so
 */
record TenantJob(
        String jobId,
        UUID poolJobId,
        String tenantId,
        JobState state,
        int gpuCount,
        int maxDurationS,
        @JsonIgnore long revision,
        int attempt,
        @Nullable String minerId,
        @Nullable String failCode,
        @Nullable String cause,
        @JsonRawValue @Nullable String used,
        @JsonIgnore String traceparent,
        Instant submittedAt,
        @Nullable Instant placedAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Instant cancelRequestedAt,
        @JsonIgnore boolean maybeThere,
        @JsonIgnore String digest) {

    /** The trace of the call that submitted it. */
    @JsonProperty
    String traceId() {
        return TraceParent.traceId(traceparent);
    }

    /** Whether nobody but us can know it. */
    @JsonIgnore
    boolean isOnlyHere() {
        return placedAt == null && !maybeThere;
    }
}
